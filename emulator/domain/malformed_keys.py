"""Responses of "Issue Public Key" without a usable key. A client must refuse each of them."""

from __future__ import annotations

import base64
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MalformedKey = Literal["rsa-512", "ec", "no-der", "no-base64", "empty", "null", "missing"]
# No library generates such a small key, so it is built from numbers. There is no private key.
_SMALL_MODULUS = (1 << 511) | (1 << 255) | 1


def malformed_key_result(malformed: MalformedKey, version: str) -> dict[str, Any]:
    """Return a `result` with the malformed key."""
    if malformed == "missing":
        return {"version": version}
    keys: dict[MalformedKey, str | None] = {
        "rsa-512": _published(rsa.RSAPublicNumbers(65537, _SMALL_MODULUS).public_key()),
        "ec": _published(ec.generate_private_key(ec.SECP256R1()).public_key()),
        "no-der": base64.b64encode(b"a key this is not").decode(),
        "no-base64": "*** no Base64 ***",
        "empty": "",
        "null": None,
    }
    return {"key": keys[malformed], "version": version}


def _published(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> str:
    return base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
