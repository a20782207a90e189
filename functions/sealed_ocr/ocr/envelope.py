"""The electronic envelope of the OCR API v2.0: one symmetric key for one request.

A request's symmetric key is 32 random bytes and travels sealed with the service's public key (RSA, PKCS#1 v1.5). What
it carries both ways is AES-256/CBC/PKCS7 under that key, with the key's own first 16 bytes as the IV (API facts,
first row). A fixed IV is only safe while no key seals two requests, so an envelope is made for one request and thrown
away.
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

BLOCK = 16
KEY_BYTES = 32


class EnvelopeError(Exception):
    """A sealed value does not open: bad Base64, length, padding or UTF-8, all alike on purpose."""

    def __init__(self) -> None:
        """Say the same whatever was wrong."""
        super().__init__("a sealed value could not be opened")


def sealed_length(plain: int) -> int:
    """Return how many bytes ``plain`` bytes have once sealed (PKCS7 always adds 1 to 16)."""
    return plain + BLOCK - plain % BLOCK


class Envelope:
    """One request's symmetric key, and what is sealed and opened with it."""

    __slots__ = ("_cipher", "_image_sealed", "_iv", "_key", "_opener")

    def __init__(self) -> None:
        """Draw a fresh symmetric key from the operating system."""
        self._set(os.urandom(KEY_BYTES))

    @classmethod
    def _with_key(cls, key: bytes) -> Envelope:
        """Make an envelope with a known key: the seam for fixed test vectors, and for nothing else."""
        envelope = cls.__new__(cls)
        envelope._set(key)
        return envelope

    def _set(self, key: bytes) -> None:
        self._key = key
        self._iv = key[:BLOCK]
        self._cipher = Cipher(AES256(key), CBC(self._iv))
        self._opener = self._cipher.decryptor()
        self._image_sealed = False

    def sealed_key(self, public_key: RSAPublicKey) -> str:
        """Return the header ``Symmetric-Key``: the key sealed with ``public_key``, in Base64."""
        return base64.b64encode(public_key.encrypt(self._key, PKCS1v15())).decode("ascii")

    def seal_stream(
        self, chunks: Iterable[bytes], chunk_bytes: int, trailer: bytes = b""
    ) -> Iterator[bytes | memoryview]:
        """Yield the ciphertext of ``chunks`` (each at most ``chunk_bytes`` long), a chunk at a time.

        Every piece is a view of one buffer that the next piece overwrites: use it before asking for more. The last
        block comes, with ``trailer`` behind it, only after ``chunks`` has ended without an error, so a source that
        finds itself damaged at its end leaves a request that can't be read.

        Raises
        ------
        RuntimeError
            on a second call: the IV is fixed, so an image is sealed once for each key.
        """
        if self._image_sealed:
            raise RuntimeError("an envelope seals one image")
        self._image_sealed = True
        encryptor = self._cipher.encryptor()
        # A chunk, and what of a block the one before it left over.
        buffer = memoryview(bytearray(chunk_bytes + BLOCK))
        total = 0
        for chunk in chunks:
            total += len(chunk)
            written = encryptor.update_into(chunk, buffer)
            if written:
                yield buffer[:written]
        padding = BLOCK - total % BLOCK
        yield encryptor.update(bytes([padding]) * padding) + trailer

    def seal_text(self, text: str) -> str:
        """Return ``text`` (UTF-8) sealed, in Base64."""
        data = text.encode()
        padding = BLOCK - len(data) % BLOCK
        return base64.b64encode(self._cipher.encryptor().update(data + bytes([padding]) * padding)).decode("ascii")

    def open_text(self, sealed: str) -> str:
        """Return the text of ``sealed`` (Base64 of ciphertext of UTF-8).

        Raises
        ------
        EnvelopeError
            when it does not open.
        """
        try:
            ciphertext = binascii.a2b_base64(sealed, strict_mode=True)
        except ValueError:
            raise EnvelopeError from None
        if not ciphertext or len(ciphertext) % BLOCK:
            raise EnvelopeError
        # One decryptor serves every value of an answer, since making one costs more than using it: the IV sent
        # through it as a block of ciphertext puts it back at the start.
        data = self._opener.update(self._iv + ciphertext)
        padding = data[-1]
        if not 1 <= padding <= BLOCK or data[-padding:] != bytes([padding]) * padding:
            raise EnvelopeError
        try:
            return data[BLOCK:-padding].decode()
        except UnicodeDecodeError:
            raise EnvelopeError from None
