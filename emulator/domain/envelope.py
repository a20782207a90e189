"""One request's electronic envelope, seen from the service: a symmetric key and what is sealed with it.

The guide: AES-256/CBC/PKCS7 under a 32-byte key. The facts: the IV of every operation is the key's first 16 bytes.
"""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

KEY_BYTES = 32
_BLOCK_BYTES = 16


class DecryptionError(Exception):
    """The bytes are no ciphertext of this envelope's key."""


class Envelope:
    """Opens what came in a request and seals the values of its answer.

    Raises ValueError for a symmetric key that is not 32 bytes long.
    """

    def __init__(self, symmetric_key: bytes) -> None:
        if len(symmetric_key) != KEY_BYTES:
            raise ValueError("a symmetric key has 32 bytes")
        self._cipher = Cipher(AES(symmetric_key), CBC(symmetric_key[:_BLOCK_BYTES]))

    def open(self, ciphertext: bytes) -> bytes:
        """Return the plaintext.

        Raises Unreadable for a wrong length or padding.
        """
        if not ciphertext or len(ciphertext) % _BLOCK_BYTES:
            raise DecryptionError
        padded = self._cipher.decryptor().update(ciphertext)
        unpadder = PKCS7(AES.block_size).unpadder()
        try:
            last = unpadder.update(padded[-_BLOCK_BYTES:]) + unpadder.finalize()
        except ValueError:
            raise DecryptionError from None
        return padded[: len(padded) - _BLOCK_BYTES + len(last)]

    def open_text(self, value: str) -> str:
        """Return the text of an encrypted JSON value: Base64 of the ciphertext of its UTF-8 bytes.

        Raises Unreadable if any of the three does not hold.
        """
        try:
            return self.open(base64.b64decode(value, validate=True)).decode()
        except ValueError:
            raise DecryptionError from None

    def seal(self, text: str) -> str:
        """Return an encrypted JSON value. An empty text is sealed like any other: one block of padding."""
        return base64.b64encode(self.seal_bytes(text.encode())).decode()

    def seal_bytes(self, plain: bytes) -> bytes:
        """Return the ciphertext of the bytes."""
        padder, encryptor = PKCS7(AES.block_size).padder(), self._cipher.encryptor()
        return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
