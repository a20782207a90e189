"""The consumers' public keys, to which messages are sealed: a JWK set (RFC 7517) with one or two keys.

The synth reads the set from a file, and the function from its environment; both check it here. The first key that has
not expired seals, so the second takes over when the first one expires. ``exp`` is the end of a key in epoch seconds, as
in OpenID Federation.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeGuard

import msgspec

EXPECTED = "a file with a JWK set of one or two public keys, RSA from 2048 to 4096 bits or EC on P-256, each with a kid"
MAX_KEYS = 2
MIN_RSA_BITS = 2048
# Two keys of this size leave enough of the 4 KB that a function's environment may have.
MAX_RSA_BITS = 4096
ALGORITHMS = {"RSA": "RSA-OAEP-256", "EC": "ECDH-ES+A256KW"}

_KID = re.compile(r"[!-~]{1,128}")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
# Also that of a symmetric key, which is all secret.
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_OPERATIONS = frozenset({"encrypt", "wrapKey", "deriveKey", "deriveBits"})
# The curve P-256 (FIPS 186-5): its field and the constant of its equation.
_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
# NIST SP 800-56B: exponents below are not allowed.
_MIN_RSA_EXPONENT = 65_537


class KeySetFault(ValueError):
    """The key set cannot be used. The text says why. It quotes names of keys and their kind, and no part of a key."""


class ConsumerKey(msgspec.Struct, frozen=True, omit_defaults=True):
    """A public key. It has ``n`` and ``e``, or ``crv``, ``x`` and ``y``."""

    kid: str
    kty: Literal["RSA", "EC"]
    n: str = ""
    e: str = ""
    crv: str = ""
    x: str = ""
    y: str = ""
    exp: int | None = None

    @property
    def algorithm(self) -> str:
        """The algorithm (RFC 7518) with which a message's own key is encrypted for this key."""
        return ALGORITHMS[self.kty]

    def expired(self, now: float) -> bool:
        """Return whether the key has ended at ``now`` (epoch seconds)."""
        return self.exp is not None and self.exp <= now

    @property
    def end(self) -> str:
        """The time of its end, for people."""
        return "never" if self.exp is None else f"{datetime.fromtimestamp(self.exp, UTC):%Y-%m-%dT%H:%M:%SZ}"


def parse_key_set(text: str | bytes) -> tuple[ConsumerKey, ...]:
    """Return the keys of a JWK set, in their order.

    Raises
    ------
    KeySetFault
        If it is no JWK set, or one of its keys must not or cannot be used.
    """
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError):
        raise KeySetFault("it is not JSON") from None
    members = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(members, list) or not all(isinstance(member, dict) for member in members):
        raise KeySetFault("it is not a JWK set, an object with a list `keys`")
    # First of all: an operator must learn that the file is a secret.
    for member in members:
        if _PRIVATE_MEMBERS & member.keys():
            raise KeySetFault(f"{_name(member)} is private or symmetric; the file may hold public keys only")
    if not 1 <= len(members) <= MAX_KEYS:
        raise KeySetFault(f"it has {len(members)} keys")
    keys = tuple(map(_key, members))
    if len({key.kid for key in keys}) < len(keys):
        raise KeySetFault(f"two keys have the kid {keys[0].kid!r}")
    return keys


def read_key_set(path: Path, clock: Callable[[], float] = time.time) -> str:
    """Return the JWK set in a file, with the members that are used, in as few characters as possible.

    Parameters
    ----------
    clock
        Returns epoch seconds.

    Raises
    ------
    KeySetFault
        If the file cannot be read, a key must not or cannot be used, or one has expired.
    """
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise KeySetFault(f"it cannot be read ({getattr(error, 'strerror', None) or 'not a path'})") from None
    keys, now = parse_key_set(content), clock()
    for key in keys:
        if key.expired(now):
            raise KeySetFault(f"the key {key.kid!r} expired at {key.end}")
    return msgspec.json.encode({"keys": keys}).decode()


def _key(member: dict[str, Any]) -> ConsumerKey:
    kid, kty, exp = member.get("kid"), member.get("kty"), member.get("exp")
    if not isinstance(kid, str) or not _KID.fullmatch(kid):
        raise KeySetFault("a key has no kid of 1 to 128 visible ASCII characters")
    if kty not in ALGORITHMS:
        raise KeySetFault(f"the key {kid!r} is of the type {kty!r}, not RSA or EC")
    if member.get("use", "enc") != "enc" or not _allows(member.get("key_ops")):
        raise KeySetFault(f"the key {kid!r} is not for encryption")
    if member.get("alg", ALGORITHMS[kty]) != ALGORITHMS[kty]:
        raise KeySetFault(f"the key {kid!r} is for the algorithm {member['alg']!r}, not {ALGORITHMS[kty]}")
    if exp is not None and not _is_time(exp):
        raise KeySetFault(f"`exp` of the key {kid!r} is not a whole number of seconds since 1970")
    if kty == "RSA":
        _check_rsa(kid, member)
        return ConsumerKey(kid, "RSA", n=member["n"], e=member["e"], exp=exp)
    _check_ec(kid, member)
    return ConsumerKey(kid, "EC", crv=member["crv"], x=member["x"], y=member["y"], exp=exp)


def _check_rsa(kid: str, member: dict[str, Any]) -> None:
    modulus, exponent = (_number(member.get(name)) for name in ("n", "e"))
    if not modulus % 2 or not exponent % 2 or not _MIN_RSA_EXPONENT <= exponent < modulus:
        raise KeySetFault(f"the key {kid!r} is not a usable RSA key")
    bits = modulus.bit_length()
    if bits < MIN_RSA_BITS:
        raise KeySetFault(f"the key {kid!r} is weak: it has {bits} bits, and RSA needs at least {MIN_RSA_BITS}")
    if bits > MAX_RSA_BITS:
        raise KeySetFault(f"the key {kid!r} has {bits} bits; the function has room for {MAX_RSA_BITS}")


def _check_ec(kid: str, member: dict[str, Any]) -> None:
    if member.get("crv") != "P-256":
        raise KeySetFault(f"the key {kid!r} is on the curve {member.get('crv')!r}, not P-256")
    x, y = (_number(member.get(name)) for name in ("x", "y"))
    if max(x, y) >= _P or (y * y - (x * x * x - 3 * x + _B)) % _P:
        raise KeySetFault(f"the key {kid!r} is not a point on P-256")


def _number(value: object) -> int:
    """Return the number of a member in Base64url; 0, which no key has, for another value."""
    if not isinstance(value, str) or not _BASE64URL.fullmatch(value) or len(value) % 4 == 1:
        return 0
    return int.from_bytes(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))


def _allows(operations: object) -> bool:
    return operations is None or (isinstance(operations, list) and all(each in _OPERATIONS for each in operations))


def _is_time(value: object) -> TypeGuard[int]:
    # Five digits of a year are too many for a date.
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 253_402_300_800


def _name(member: dict[str, Any]) -> str:
    kid = member.get("kid")
    return f"the key {kid!r}" if isinstance(kid, str) and _KID.fullmatch(kid) else "a key"
