"""The electronic envelope of the OCR API v2.0: one symmetric key for one request.

The symmetric key is 32 random bytes and is sent sealed with the public key of the service (RSA, PKCS#1 v1.5). Request
and response are AES-256/CBC/PKCS7 under that key, with its first 16 bytes as the IV (API facts, first row). A fixed IV
is safe only while no key seals two requests, so an envelope serves one request.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterable, Iterator

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

BLOCK = 16
KEY_BYTES = 32


_PADDING = PKCS7(BLOCK * 8)


class EnvelopeError(Exception):
    """A sealed value cannot be decrypted. Bad Base64, length, padding and UTF-8 give the same error on purpose."""

    def __init__(self) -> None:
        """Use one text for every cause."""
        super().__init__("a sealed value could not be opened")


def sealed_length(plain: int) -> int:
    """Return the length of the ciphertext of ``plain`` bytes. PKCS7 always adds 1 to 16 bytes."""
    return plain + BLOCK - plain % BLOCK


class Envelope:
    """The symmetric key of one request. It seals the request and opens the response."""

    __slots__ = ("_cipher", "_image_sealed", "_key")

    def __init__(self) -> None:
        """Draw a fresh symmetric key from the operating system."""
        self._set(os.urandom(KEY_BYTES))

    @classmethod
    def _with_key(cls, key: bytes) -> Envelope:
        """Make an envelope with a known key. Only for fixed test vectors."""
        envelope = cls.__new__(cls)
        envelope._set(key)  # noqa: SLF001 - its own class
        return envelope

    def _set(self, key: bytes) -> None:
        self._key = key
        self._cipher = Cipher(AES256(key), CBC(key[:BLOCK]))
        self._image_sealed = False

    def sealed_key(self, public_key: RSAPublicKey) -> str:
        """Return the header ``Symmetric-Key``: the key sealed with ``public_key``, in Base64."""
        return base64.b64encode(public_key.encrypt(self._key, PKCS1v15())).decode("ascii")

    def seal_stream(
        self, chunks: Iterable[bytes], chunk_bytes: int, trailer: bytes = b""
    ) -> Iterator[bytes | memoryview]:
        """Yield the ciphertext of ``chunks``, each at most ``chunk_bytes`` long, chunk by chunk.

        Every piece is a view of one buffer that the next piece overwrites: use it before you take the next. The last
        block, followed by ``trailer``, comes only after ``chunks`` has ended without an error. A source that fails its
        checksum therefore leaves a request that cannot be decrypted.

        Raises
        ------
        RuntimeError
            On a second call: the IV is fixed, so a key seals one image.
        """
        if self._image_sealed:
            raise RuntimeError("an envelope seals one image")
        self._image_sealed = True
        encryptor = self._cipher.encryptor()
        # Room for a chunk and the incomplete block that the previous chunk left.
        buffer = memoryview(bytearray(chunk_bytes + BLOCK))
        total = 0
        for chunk in chunks:
            total += len(chunk)
            written = encryptor.update_into(chunk, buffer)
            if written:
                yield buffer[:written]
        # Padding depends on the length alone, so the padder gets as many zeros as the last block has bytes.
        used = total % BLOCK
        padder = _PADDING.padder()
        last_block = padder.update(bytes(used)) + padder.finalize()
        yield encryptor.update(last_block[used:]) + trailer

    def seal_text(self, text: str) -> str:
        """Return ``text`` (UTF-8) sealed, in Base64."""
        padder = _PADDING.padder()
        padded = padder.update(text.encode()) + padder.finalize()
        return base64.b64encode(self._cipher.encryptor().update(padded)).decode("ascii")

    def open_text(self, sealed: str) -> str:
        """Return the text of ``sealed`` (Base64 of the ciphertext of UTF-8).

        Raises
        ------
        EnvelopeError
            If it cannot be decrypted.
        """
        try:
            ciphertext = binascii.a2b_base64(sealed, strict_mode=True)
        except ValueError:
            raise EnvelopeError from None
        if not ciphertext or len(ciphertext) % BLOCK:
            raise EnvelopeError
        # Of whole blocks, ``update`` returns everything.
        padded = self._cipher.decryptor().update(ciphertext)
        unpadder = _PADDING.unpadder()
        try:
            return (unpadder.update(padded) + unpadder.finalize()).decode()
        except ValueError:
            raise EnvelopeError from None
