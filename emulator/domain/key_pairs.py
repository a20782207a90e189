"""The key pairs under which symmetric keys are sealed: one current pair for each key service, with versions.

The guide, "Issue Public Key"; the facts: Base64 of an X.509 SubjectPublicKeyInfo, RSA PKCS#1 v1.5.
"""

from __future__ import annotations

import base64
from typing import Any, Literal, get_args

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from emulator.domain.envelope import KEY_BYTES
from emulator.domain.malformed_keys import MalformedKey, malformed_key_result

KeyService = Literal["credit-card", "id-card"]
KEY_SERVICES: tuple[KeyService, ...] = get_args(KeyService)
_EXPONENT = 65537


class KeyPair:
    """One version of a service's key pair."""

    def __init__(self, private_key: rsa.RSAPrivateKey, version: str) -> None:
        self._private_key = private_key
        self.version = version

    @property
    def published(self) -> str:
        """The public key as the service hands it out."""
        public_key = self._private_key.public_key()
        return base64.b64encode(public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()

    def decrypt(self, sealed: bytes) -> bytes:
        """Return what was sealed, which need not be a symmetric key at all.

        OpenSSL from 3.2 on answers a bad padding with random bytes of a random length, so the caller has to look at
        the length; see `is_padded` for what even that cannot tell. Raises ValueError for what is no ciphertext.
        """
        return self._private_key.decrypt(sealed, PKCS1v15())

    def has_valid_padding(self, sealed: bytes) -> bool:
        """Tell whether the plaintext truly is PKCS#1 v1.5 with 32 bytes at its end.

        One random answer in about 250 has 32 bytes too. This asks the numbers themselves, and slowly: it is meant for
        the case that the data then does not open either, to name the right culprit.
        """
        numbers = self._private_key.private_numbers()
        modulus = numbers.public_numbers.n
        plain = pow(int.from_bytes(sealed), numbers.d, modulus).to_bytes((modulus.bit_length() + 7) // 8)
        return plain[:2] == b"\0\2" and plain.find(b"\0", 2) == len(plain) - KEY_BYTES - 1


def new_private_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return a fresh key; it takes a tenth of a second or so, which is for the caller to spend off the event loop."""
    return rsa.generate_private_key(_EXPONENT, bits)


class KeyPairStore:
    """The current pair of each service, and the rotations that are due."""

    def __init__(self) -> None:
        self._pairs = {service: KeyPair(new_private_key(), "0") for service in KEY_SERVICES}
        self._scheduled: dict[KeyService, tuple[int, rsa.RSAPrivateKey]] = {}
        self._malformed: dict[KeyService, MalformedKey] = {}

    def published(self, service: KeyService) -> dict[str, Any]:
        """Return the `result` of "Issue Public Key"."""
        pair = self._pairs[service]
        if service in self._malformed:
            return malformed_key_result(self._malformed[service], pair.version)
        return {"key": pair.published, "version": pair.version}

    def replace_published(self, service: KeyService, malformed: MalformedKey | None) -> None:
        """Hand out something that is no usable key, or (None) the true one again."""
        if malformed is None:
            self._malformed.pop(service, None)
        else:
            self._malformed[service] = malformed

    def current(self, service: KeyService) -> KeyPair:
        """Return the pair that the service accepts now; every earlier version is refused."""
        return self._pairs[service]

    def rotate(self, service: KeyService, private_key: rsa.RSAPrivateKey) -> None:
        """Put a new pair in place, under the next version, and forget a rotation that was due."""
        self._scheduled.pop(service, None)
        self._pairs[service] = KeyPair(private_key, str(int(self._pairs[service].version) + 1))

    def rotate_after(self, service: KeyService, calls: int, private_key: rsa.RSAPrivateKey) -> None:
        """Rotate just before the call that follows the next `calls` calls (0: before the very next one)."""
        self._scheduled[service] = (calls, private_key)

    def count_call(self, service: KeyService) -> None:
        """Note that a sealed request of the service has arrived."""
        if service in self._scheduled:
            remaining, private_key = self._scheduled[service]
            if remaining == 0:
                self.rotate(service, private_key)
            else:
                self._scheduled[service] = (remaining - 1, private_key)

    def reset(self) -> None:
        """Forget the rotations that are due and hand out the true keys."""
        self._scheduled.clear()
        self._malformed.clear()
