"""The public keys of the service: one for each key service, cached while the function is warm ("Issue Public Key")."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Literal, get_args

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from sealed_ocr.common.refreshable_cache import RefreshableCache
from sealed_ocr.ocr.errors import ContractFault
from sealed_ocr.ocr.models import KeyResult

KeyService = Literal["credit-card", "id-card"]

MAX_AGE_SECONDS = 3600.0
_SMALLEST_BITS = 1024
_WEAK_BITS = 2048


class PublicKey(msgspec.Struct, frozen=True):
    """A public key and the version that goes into ``X-Key-Version``."""

    key: RSAPublicKey
    version: str

    @property
    def weak(self) -> bool:
        """Whether the key has fewer than 2048 bits. Such a key is used, and counted."""
        return self.key.key_size < _WEAK_BITS

    @classmethod
    def from_result(cls, result: object) -> PublicKey:
        """Read the ``result`` of "Issue Public Key".

        Raises
        ------
        ContractFault
            If it is not an RSA key of at least 1024 bits, as Base64 of a SubjectPublicKeyInfo.
        """
        try:
            issued = msgspec.convert(result, KeyResult)
            key = load_der_public_key(base64.b64decode(issued.key, validate=True))
        except (msgspec.ValidationError, ValueError, UnsupportedAlgorithm):
            raise ContractFault("the OCR service issued something that is not a public key") from None
        if not isinstance(key, RSAPublicKey) or key.key_size < _SMALLEST_BITS:
            raise ContractFault("the OCR service issued a public key that is not RSA of at least 1024 bits")
        try:
            # OpenSSL loads some keys that it cannot use. Found only with a document, that would look like our fault.
            key.encrypt(b"", PKCS1v15())
        except ValueError:
            raise ContractFault("the OCR service issued a public key that seals nothing") from None
        if not issued.version.isascii() or not issued.version.isprintable():
            raise ContractFault("the OCR service issued a public key whose version can't stand in a header")
        return cls(key, issued.version)


class PublicKeys:
    """Caches the public key of each key service for at most an hour. Concurrent callers share one fetch."""

    def __init__(self, fetch: Callable[[KeyService], PublicKey]) -> None:
        """``fetch`` requests a key from the service. Its exceptions go to the callers that need the key."""
        self._caches = {
            service: RefreshableCache(lambda service=service: fetch(service), MAX_AGE_SECONDS)  # type: ignore[misc]
            for service in get_args(KeyService)
        }

    def get(self, service: KeyService) -> PublicKey:
        """Return the key to seal with. An expired key is used on while no new one can be fetched."""
        return self._caches[service].get()

    def refresh(self, service: KeyService) -> PublicKey:
        """Return a key that is fetched now. This proves for free that the service responds."""
        return self._caches[service].refresh()

    def invalidate(self, service: KeyService, stale: PublicKey) -> None:
        """Drop ``stale``, which the service refused. A newer key that another thread fetched stays."""
        self._caches[service].invalidate(stale)
