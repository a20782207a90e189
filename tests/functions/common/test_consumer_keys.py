"""A JWK set of one or two public keys is read. Anything else is refused with a sentence that quotes no key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sealed_ocr.common.consumer_keys import KeySetFault, parse_key_set, read_key_set

from tests.support.canary import assert_clean, values_of
from tests.support.consumer_keys import P_384, ec_key, jwk_set, public, rsa_key, write

pytestmark = pytest.mark.unit

NOW = 1_795_000_000.0
EC = ec_key("a")
RSA = rsa_key("b")
NO_SET = "it is not a JWK set, an object with a list `keys`"
NO_KID = "a key has no kid of 1 to 128 visible ASCII characters"
NO_TIME = "`exp` of the key 'a' is not a whole number of seconds since 1970"
NO_RSA = "the key 'b' is not a usable RSA key"
NO_POINT = "the key 'a' is not a point on P-256"
NO_ENCRYPTION = "the key 'a' is not for encryption"
PRIVATE = "is private or symmetric; the file may hold public keys only"


def changed(key: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {name: value for name, value in (public(key) | members).items() if value is not None}


FAULTS: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "it is not JSON"),
    "PEM": ("-----BEGIN PUBLIC KEY-----", "it is not JSON"),
    "not UTF-8": (b"\xff\xfe", "it is not JSON"),
    "a list": ("[]", NO_SET),
    "one JWK": (json.dumps(public(EC)), NO_SET),
    "keys of another type": ('{"keys": [1]}', NO_SET),
    "no key": (jwk_set(), "it has 0 keys"),
    "three keys": (jwk_set(public(EC), public(RSA), public(ec_key("c"))), "it has 3 keys"),
    "a private EC key": (jwk_set(EC), f"the key 'a' {PRIVATE}"),
    "a private RSA key": (jwk_set(public(EC), RSA), f"the key 'b' {PRIVATE}"),
    "a private key without kid": (jwk_set(EC | {"kid": None}), f"a key {PRIVATE}"),
    "a part of a private key": (jwk_set(public(RSA, qi="AQ")), f"the key 'b' {PRIVATE}"),
    "a symmetric key": (jwk_set({"kty": "oct", "kid": "s", "k": "c2VjcmV0"}), f"the key 's' {PRIVATE}"),
    "no kid": (jwk_set(changed(EC, kid=None)), NO_KID),
    "an empty kid": (jwk_set(changed(EC, kid="")), NO_KID),
    "a kid with a blank": (jwk_set(changed(EC, kid="a b")), NO_KID),
    "a kid that is too long": (jwk_set(changed(EC, kid="k" * 129)), NO_KID),
    "a kid twice": (jwk_set(public(EC), public(ec_key("a"))), "two keys have the kid 'a'"),
    "another type": (
        jwk_set({"kty": "OKP", "crv": "X25519", "kid": "o", "x": "AQ"}),
        "the key 'o' is of the type 'OKP', not RSA or EC",
    ),
    "no type": (jwk_set(changed(EC, kty=None)), "the key 'a' is of the type None, not RSA or EC"),
    "another curve": (jwk_set(public(ec_key("c", P_384))), "the key 'c' is on the curve 'P-384', not P-256"),
    "no point of the curve": (jwk_set(changed(EC, x=EC["y"])), NO_POINT),
    "no coordinate": (jwk_set(changed(EC, y=None)), NO_POINT),
    "a coordinate in Base64": (jwk_set(changed(EC, y=EC["y"][:-2] + "+/")), NO_POINT),
    "a weak RSA key": (
        jwk_set(public(rsa_key("w", 1024))),
        "the key 'w' is weak: it has 1024 bits, and RSA needs at least 2048",
    ),
    "a large RSA key": (jwk_set(changed(RSA, n="w" * 1000)), NO_RSA),
    "an even modulus": (jwk_set(changed(RSA, n=RSA["n"][:-4] + "AAAA")), NO_RSA),
    "a small exponent": (jwk_set(changed(RSA, e="Aw")), NO_RSA),
    "no exponent": (jwk_set(changed(RSA, e=None)), NO_RSA),
    "a key for signatures": (jwk_set(public(EC, use="sig")), NO_ENCRYPTION),
    "operations of signatures": (jwk_set(public(EC, key_ops=["verify"])), NO_ENCRYPTION),
    "another algorithm": (
        jwk_set(public(RSA, alg="RSA1_5")),
        "the key 'b' is for the algorithm 'RSA1_5', not RSA-OAEP-256",
    ),
    "an end in words": (jwk_set(public(EC, exp="2027")), NO_TIME),
    "an end in milliseconds": (jwk_set(public(EC, exp=10**15)), NO_TIME),
    "an end that is true": (jwk_set(public(EC, exp=True)), NO_TIME),
}


@pytest.mark.parametrize("name", FAULTS)
def test_another_set_is_refused_with_a_sentence(name: str) -> None:
    text, sentence = FAULTS[name]
    with pytest.raises(KeySetFault) as caught:
        parse_key_set(text)
    assert str(caught.value) == sentence
    private = [value for key in (EC, RSA) for member, value in key.items() if member not in public(key)]
    assert_clean(str(caught.value), values_of(private, "c2VjcmV0"))


def test_a_key_that_the_environment_has_no_room_for_is_refused() -> None:
    with pytest.raises(KeySetFault, match="the key 'b' has 4104 bits; the function has room for 4096"):
        parse_key_set(jwk_set(changed(RSA, n="_" * 684)))


@pytest.mark.parametrize("more", [{}, {"use": "enc"}, {"key_ops": ["deriveBits"]}, {"key_ops": []}, {"x5t": "ignored"}])
def test_one_or_two_public_keys_are_read_in_their_order(more: dict[str, Any]) -> None:
    (only,) = parse_key_set(jwk_set(public(EC, **more)))
    assert (only.kid, only.algorithm, only.exp) == ("a", "ECDH-ES+A256KW", None)
    first, second = parse_key_set(jwk_set(public(RSA, exp=int(NOW), **more), public(EC)))
    assert (first.kid, first.algorithm, first.exp, second.kid) == ("b", "RSA-OAEP-256", int(NOW), "a")


def test_the_file_is_reduced_to_what_is_used(tmp_path: Path) -> None:
    path = write(tmp_path / "keys.json", public(RSA, use="enc", x5t="x", exp=int(NOW) + 1), public(EC))
    used = [public(RSA, exp=int(NOW) + 1), public(EC)]
    reduced = read_key_set(path, lambda: NOW)
    assert json.loads(reduced) == {"keys": used}
    assert " " not in reduced
    assert [key.kid for key in parse_key_set(reduced)] == ["b", "a"]


def test_two_of_the_largest_keys_leave_half_of_the_environment(tmp_path: Path) -> None:
    keys = [public(rsa_key("k" * 64, 4096)), public(rsa_key("l" * 64, 4096))]
    assert len(read_key_set(write(tmp_path / "keys.json", *keys))) < 2048


@pytest.mark.parametrize(("first", "second"), [(0, 9), (9, 0), (0, 0)])
def test_an_expired_key_is_refused_wherever_it_stands(tmp_path: Path, first: int, second: int) -> None:
    path = write(tmp_path / "keys.json", public(EC, exp=int(NOW) + first), public(RSA, exp=int(NOW) + second))
    with pytest.raises(KeySetFault, match=r"the key '[ab]' expired at 2026-11-18T11:06:40Z"):
        read_key_set(path, lambda: NOW)


@pytest.mark.parametrize("path", ["missing.json", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(KeySetFault, match=r"it cannot be read \(.+\)"):
        read_key_set(tmp_path / path)
