"""The service's side of one request's electronic envelope: a symmetric key and the data encrypted with it.

The cipher is AES-256/CBC/PKCS7 with a 32-byte key (guide). The IV is always the key's first 16 bytes (facts).
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
    """The bytes are not a ciphertext under this envelope's key."""


class Envelope:
    """Decrypts the data of a request and encrypts the values of its response.

    Raises
    ------
    ValueError
        The symmetric key is not 32 bytes long.
    """

    def __init__(self, symmetric_key: bytes) -> None:
        if len(symmetric_key) != KEY_BYTES:
            raise ValueError("a symmetric key has 32 bytes")
        self._cipher = Cipher(AES(symmetric_key), CBC(symmetric_key[:_BLOCK_BYTES]))

    def open(self, ciphertext: bytes) -> bytes:
        """Return the plaintext.

        Raises
        ------
        DecryptionError
            The length or the padding is wrong.
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

        Raises
        ------
        DecryptionError
            The value is not valid Base64, ciphertext or UTF-8.
        """
        try:
            return self.open(base64.b64decode(value, validate=True)).decode()
        except ValueError:
            raise DecryptionError from None

    def seal(self, text: str) -> str:
        """Return an encrypted JSON value. An empty text becomes one block of padding."""
        return base64.b64encode(self.seal_bytes(text.encode())).decode()

    def seal_bytes(self, plain: bytes) -> bytes:
        """Return the ciphertext of the bytes."""
        padder, encryptor = PKCS7(AES.block_size).padder(), self._cipher.encryptor()
        return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
