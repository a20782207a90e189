"""Answers of "Issue Public Key" that hold no usable key. A client must refuse every one of them."""

from __future__ import annotations

import base64
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MalformedKey = Literal["rsa-512", "ec", "no-der", "no-base64", "empty", "null", "missing"]
# Too small a key for any library to make, so it is put together from its numbers; nobody has its other half.
_SMALL_MODULUS = (1 << 511) | (1 << 255) | 1


def malformed_key_result(malformed: MalformedKey, version: str) -> dict[str, Any]:
    """Return a `result` with the oddity in the place of the key."""
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
