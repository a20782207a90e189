"""The key pairs that encrypt symmetric keys: one current pair for each key service.

See the guide, "Issue Public Key". A public key is the Base64 of an X.509 SubjectPublicKeyInfo; the padding is RSA
PKCS#1 v1.5 (facts).
"""

from __future__ import annotations

import base64
from typing import Any, Literal, get_args

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from emulator.domain.api_versions import API_VERSIONS, ApiVersion
from emulator.domain.envelope import KEY_BYTES
from emulator.domain.malformed_keys import MalformedKey, malformed_key_result

KeyService = Literal["credit-card", "id-card"]
KEY_SERVICES: tuple[KeyService, ...] = get_args(KeyService)
_EXPONENT = 65537
# Each version of the API numbers its keys apart, so that a key of the other one is an unknown key.
_FIRST_VERSION: dict[ApiVersion, int] = {"v2.0": 0, "v2.1": 21_000}


class KeyPair:
    """One version of a service's key pair."""

    def __init__(self, private_key: rsa.RSAPrivateKey, version: str) -> None:
        self._private_key = private_key
        self.version = version

    @property
    def published(self) -> str:
        """The public key in the format of "Issue Public Key"."""
        public_key = self._private_key.public_key()
        return base64.b64encode(public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()

    def decrypt(self, sealed: bytes) -> bytes:
        """Return the plaintext, which may be anything.

        For a wrong padding, OpenSSL 3.2 and later returns random bytes of a random length. The caller must check the
        length; `has_valid_padding` decides the remaining cases.

        Raises
        ------
        ValueError
            The bytes are not a ciphertext.
        """
        return self._private_key.decrypt(sealed, PKCS1v15())

    def has_valid_padding(self, sealed: bytes) -> bool:
        """Return whether the plaintext is really PKCS#1 v1.5 with 32 bytes of content.

        About one random result of `decrypt` in 250 has 32 bytes, too. This slow check computes the plaintext directly.
        Use it if the data cannot be decrypted either, to find out whether the key or the data is wrong.
        """
        numbers = self._private_key.private_numbers()
        modulus = numbers.public_numbers.n
        plain = pow(int.from_bytes(sealed), numbers.d, modulus).to_bytes((modulus.bit_length() + 7) // 8)
        return plain[:2] == b"\0\2" and plain.find(b"\0", 2) == len(plain) - KEY_BYTES - 1


def new_private_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return a new key. This takes about 0.1 seconds, so do not call it on the event loop."""
    return rsa.generate_private_key(_EXPONENT, bits)


class KeyPairStore:
    """The current pair of each service, and the scheduled rotations.

    The versions of the API have the same keys under other key versions.
    """

    def __init__(self) -> None:
        self._pairs: dict[tuple[ApiVersion, KeyService], KeyPair] = {}
        for service in KEY_SERVICES:
            private_key = new_private_key()
            for api in API_VERSIONS:
                self._pairs[api, service] = KeyPair(private_key, str(_FIRST_VERSION[api]))
        self._scheduled: dict[KeyService, tuple[int, rsa.RSAPrivateKey]] = {}
        self._malformed: dict[KeyService, MalformedKey] = {}

    def published(self, api: ApiVersion, service: KeyService) -> dict[str, Any]:
        """Return the `result` of "Issue Public Key"."""
        pair = self._pairs[api, service]
        if service in self._malformed:
            return malformed_key_result(self._malformed[service], pair.version)
        return {"key": pair.published, "version": pair.version}

    def replace_published(self, service: KeyService, malformed: MalformedKey | None) -> None:
        """Publish a malformed key; None restores the real key."""
        if malformed is None:
            self._malformed.pop(service, None)
        else:
            self._malformed[service] = malformed

    def current(self, api: ApiVersion, service: KeyService) -> KeyPair:
        """Return the current pair. The service refuses all earlier versions."""
        return self._pairs[api, service]

    def rotate(self, service: KeyService, private_key: rsa.RSAPrivateKey) -> None:
        """Replace the pair under the next version, and cancel a scheduled rotation."""
        self._scheduled.pop(service, None)
        for api in API_VERSIONS:
            self._pairs[api, service] = KeyPair(private_key, str(int(self._pairs[api, service].version) + 1))

    def rotate_after(self, service: KeyService, calls: int, private_key: rsa.RSAPrivateKey) -> None:
        """Schedule a rotation after `calls` more calls (0: before the next call)."""
        self._scheduled[service] = (calls, private_key)

    def count_call(self, service: KeyService) -> None:
        """Count a sealed request of the service, and rotate if a rotation is due."""
        if service in self._scheduled:
            remaining, private_key = self._scheduled[service]
            if remaining == 0:
                self.rotate(service, private_key)
            else:
                self._scheduled[service] = (remaining - 1, private_key)

    def reset(self) -> None:
        """Cancel the scheduled rotations and publish the real keys."""
        self._scheduled.clear()
        self._malformed.clear()
