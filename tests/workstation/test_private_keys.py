"""A private key from a file opens sealed messages. What is wrong is said without quoting a key or a value."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sealed_ocr.analysis.encoding import message_encoder

from schemas.example_files import read_example
from schemas.message_examples import RFC_7517_KEY
from tests.support.canary import assert_clean
from tests.support.consumer_keys import Jwk, ec_key, jwk_set, public, rsa_key, write
from tests.support.sealing import large_message, message
from workstation.private_keys import PrivateKeys
from workstation.sealed_messages import PrivateKeyFault, is_sealed, kid_of

pytestmark = pytest.mark.unit

EC, RSA = ec_key("a"), rsa_key("b")
MESSAGE = message()
NO_KEY = "the file holds no private JWK, RSA or EC, with a kid"


def sealed(key: Jwk) -> str:
    return message_encoder(jwk_set(public(key))).encode(MESSAGE).body


@pytest.mark.parametrize("key", [EC, RSA])
def test_a_jwk_or_a_set_opens_what_is_sealed_to_one_of_its_keys(tmp_path: Path, key: Jwk) -> None:
    single = tmp_path / "one.json"
    single.write_text(json.dumps(key))
    for path in (single, write(tmp_path / "set.json", EC, RSA)):
        opened = json.loads(PrivateKeys.from_file(path).open(sealed(key)))
        assert opened["subject"] == MESSAGE.subject
    assert kid_of(json.loads(sealed(key))) == key["kid"]


def test_a_message_of_the_largest_size_is_opened(tmp_path: Path) -> None:
    body = message_encoder(jwk_set(public(EC))).encode(large_message()).body
    opened = PrivateKeys.from_file(write(tmp_path / "keys.json", EC)).open(body)
    assert json.loads(opened)["data"]["result"] == large_message().data.result


def test_the_example_opens_with_the_key_of_the_rfc(tmp_path: Path) -> None:
    private = RFC_7517_KEY | {"d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}
    keys = PrivateKeys.from_file(write(tmp_path / "keys.json", private))
    assert json.loads(keys.open(json.dumps(read_example("sealed")))) == read_example("rejected")


def test_it_knows_which_keys_it_lacks(tmp_path: Path) -> None:
    assert PrivateKeys.from_file(write(tmp_path / "keys.json", EC)).without(["a", "b"]) == ["b"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "the file of the private key cannot be read: No such file or directory"),
        ("-----BEGIN PRIVATE KEY-----", "the file of the private key is not JSON; it must be a JWK or a JWK set"),
        ("[]", NO_KEY),
        ("{}", NO_KEY),
        (jwk_set(public(EC)), NO_KEY),
        (jwk_set(EC, public(RSA)), NO_KEY),
        (jwk_set({name: EC[name] for name in EC if name != "kid"}), NO_KEY),
        (jwk_set(EC | {"d": 7}), NO_KEY),
    ],
)
def test_another_file_is_refused(tmp_path: Path, content: str | None, sentence: str) -> None:
    path = tmp_path / "keys.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(PrivateKeyFault) as caught:
        PrivateKeys.from_file(path)
    assert str(caught.value) == sentence
    assert caught.value.__cause__ is None
    assert_clean(str(caught.value), [EC["d"], EC["x"]])


def test_a_message_to_another_key_is_named(tmp_path: Path) -> None:
    keys = PrivateKeys.from_file(write(tmp_path / "keys.json", EC))
    with pytest.raises(PrivateKeyFault, match="the message is sealed to the key 'b'; the file has a"):
        keys.open(sealed(RSA))
    same_name = PrivateKeys.from_file(write(tmp_path / "keys.json", ec_key("a")))
    with pytest.raises(PrivateKeyFault, match="the message cannot be opened with the private key 'a'"):
        same_name.open(sealed(EC))


def test_a_changed_message_is_not_opened(tmp_path: Path) -> None:
    event = json.loads(sealed(EC))
    event["data"]["sealed"] = event["data"]["sealed"][:-3] + "AAA"
    keys = PrivateKeys.from_file(write(tmp_path / "keys.json", EC))
    with pytest.raises(PrivateKeyFault, match="the message cannot be opened with the private key 'a'"):
        keys.open(json.dumps(event))
    for damaged in ("{}", '{"data": {}}', '{"data": {"sealed": "e30.a.b.c.d"}}', '{"data": {"sealed": "!"}}'):
        with pytest.raises(PrivateKeyFault, match="the message is not sealed as it should be"):
            keys.open(damaged)


def test_what_is_sealed_is_recognised_by_its_type() -> None:
    assert is_sealed(json.loads(sealed(EC)))
    assert not is_sealed(read_example("rejected"))
    assert not is_sealed("sealed")
