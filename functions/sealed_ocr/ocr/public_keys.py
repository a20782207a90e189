"""The service's public keys: one for each key service, held while the function is warm ("Issue Public Key")."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import get_args

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from sealed_ocr.common.kinds import KeyService
from sealed_ocr.common.refreshable_cache import Renewed
from sealed_ocr.ocr.errors import ContractFault
from sealed_ocr.ocr.models import KeyResult

MAX_AGE_SECONDS = 3600.0
_SMALLEST_BITS = 1024
_WEAK_BITS = 2048


class PublicKey(msgspec.Struct, frozen=True):
    """A public key and the version that goes into ``X-Key-Version``."""

    key: RSAPublicKey
    version: str

    @property
    def weak(self) -> bool:
        """Whether it has fewer bits than one would issue today: used all the same, and counted."""
        return self.key.key_size < _WEAK_BITS

    @classmethod
    def from_result(cls, result: object) -> PublicKey:
        """Read the ``result`` of "Issue Public Key".

        Raises
        ------
        ContractFault
            when it is not an RSA key of at least 1024 bits in Base64 of a SubjectPublicKeyInfo.
        """
        try:
            issued = msgspec.convert(result, KeyResult)
            key = load_der_public_key(base64.b64decode(issued.key, validate=True))
        except (msgspec.ValidationError, ValueError, UnsupportedAlgorithm):
            raise ContractFault("the OCR service issued something that is not a public key") from None
        if not isinstance(key, RSAPublicKey) or key.key_size < _SMALLEST_BITS:
            raise ContractFault("the OCR service issued a public key that is not RSA of at least 1024 bits")
        try:
            # OpenSSL reads keys that it cannot use; found out by a document, that would look like a fault of ours.
            key.encrypt(b"", PKCS1v15())
        except ValueError:
            raise ContractFault("the OCR service issued a public key that seals nothing") from None
        if not issued.version.isascii() or not issued.version.isprintable():
            raise ContractFault("the OCR service issued a public key whose version can't stand in a header")
        return cls(key, issued.version)


class PublicKeys:
    """Holds each key service's public key for at most an hour; one fetch however many threads ask."""

    def __init__(self, fetch: Callable[[KeyService], PublicKey]) -> None:
        """``fetch`` asks the service; whatever it raises goes to those who need the key."""
        self._held = {
            service: Renewed(lambda service=service: fetch(service), MAX_AGE_SECONDS)  # type: ignore[misc]
            for service in get_args(KeyService)
        }

    def get(self, service: KeyService) -> PublicKey:
        """Return the key to seal with; a held one serves on when its hour is over and no new one can be had."""
        return self._held[service].get()

    def renew(self, service: KeyService) -> PublicKey:
        """Return a key that the service hands out now: a sign of life that costs nothing. A held one does not serve."""
        return self._held[service].renew()

    def discard(self, service: KeyService, stale: PublicKey) -> None:
        """Forget ``stale``, which the service refused; a newer one that another thread fetched stays."""
        self._held[service].discard(stale)
