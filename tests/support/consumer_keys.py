"""Key pairs of consumers as JWKs (RFC 7518, section 6), made by the library for cryptography and none for JOSE."""

from __future__ import annotations

import base64
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa

Jwk = dict[str, Any]
P_256, P_384 = ec.SECP256R1(), ec.SECP384R1()
_NAMES = {P_256.name: ("P-256", 32), P_384.name: ("P-384", 48)}


def ec_key(kid: str = "ec", curve: ec.EllipticCurve = P_256) -> Jwk:
    """Return a private key."""
    name, size = _NAMES[curve.name]
    numbers = ec.generate_private_key(curve).private_numbers()
    x, y = numbers.public_numbers.x, numbers.public_numbers.y
    members = {"x": _encode(x, size), "y": _encode(y, size), "d": _encode(numbers.private_value, size)}
    return {"kid": kid, "kty": "EC", "crv": name, **members}


@lru_cache
def _rsa_members(bits: int) -> Jwk:
    numbers = rsa.generate_private_key(65_537, bits).private_numbers()
    names = ("n", "e", "d", "p", "q", "dp", "dq", "qi")
    modulus, exponent = numbers.public_numbers.n, numbers.public_numbers.e
    private = (numbers.d, numbers.p, numbers.q, numbers.dmp1, numbers.dmq1, numbers.iqmp)
    members = dict(zip(names, (modulus, exponent, *private), strict=True))
    return {name: _encode(number, (number.bit_length() + 7) // 8) for name, number in members.items()}


def rsa_key(kid: str = "rsa", bits: int = 2048) -> Jwk:
    """Return a private key, the same for every call with these ``bits``."""
    return {"kid": kid, "kty": "RSA", **_rsa_members(bits)}


def public(key: Jwk, **more: Any) -> Jwk:
    """Return the public half, with further members."""
    return {name: value for name, value in key.items() if name in {"kid", "kty", "crv", "x", "y", "n", "e"}} | more


def jwk_set(*keys: Jwk) -> str:
    """Return the JWK set with these keys."""
    return json.dumps({"keys": keys})


def write(path: Path, *keys: Jwk) -> Path:
    """Write the JWK set with these keys to ``path`` and return it."""
    path.write_text(jwk_set(*keys))
    return path


def _encode(number: int, size: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(size)).decode().rstrip("=")
