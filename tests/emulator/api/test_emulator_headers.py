"""The checks of URL, headers, credentials and keys, with their result codes."""

import base64
import os

import pytest

from emulator.domain.key_pairs import KeyPair, new_private_key
from emulator.testing import Emulator
from tests.emulator.caller import Caller, encrypt, multipart
from tests.emulator.images import specimen

ANALYSES = ["credit-card", "id-card", "id-card/stand-alone"]
IMAGE = specimen("credit-card")


def document_for(operation: str) -> bytes:
    return IMAGE if operation == "credit-card" else specimen("resident")


@pytest.fixture
def sealed(caller):
    return caller.sealed_image("credit-card", IMAGE)


def outcome(caller, sealed) -> int:
    return caller.post("credit-card", sealed).code


def test_an_unchanged_request_succeeds(caller, sealed) -> None:
    assert outcome(caller, sealed) == 0


@pytest.mark.parametrize("operation", [*ANALYSES, "id-card/authenticity"])
@pytest.mark.parametrize("name", ["Authorization", "X-Key-Version", "Symmetric-Key", "Request-Key"])
@pytest.mark.parametrize("left", [None, " "])
def test_a_missing_header(caller, operation, name, left) -> None:
    if operation == "id-card/authenticity":
        sealed = caller.sealed_claim("some key", {"idType": "resident"})
    elif name == "Request-Key":
        return
    else:
        sealed = caller.sealed_image(operation, document_for(operation))
    del sealed.headers[name]
    if left:
        sealed.headers[name] = left
    assert caller.post(operation, sealed).code == 4000005


def test_public_keys_require_the_secret_key(caller) -> None:
    path = caller.path("public-keys/id-card")
    assert caller.send("GET", path).code == 4000005
    assert caller.send("GET", path, {"Authorization": "wrong"}).code == 4010001
    assert (
        caller.send("GET", path.replace(caller.app_key, "wrong"), {"Authorization": caller.secret_key}).code == 4010001
    )


@pytest.mark.parametrize("operation", [*ANALYSES, "id-card/authenticity"])
def test_credentials_are_checked_first(caller, operation) -> None:
    sealed = caller.sealed_image("credit-card", IMAGE)
    sealed.body = b"not even multipart"
    sealed.headers["X-Key-Version"] = "77"
    sealed.headers["Authorization"] = "wrong"
    assert caller.post(operation, sealed).code == 4010001
    sealed.headers["Authorization"] = caller.secret_key
    caller.app_key = "wrong"
    assert caller.post(operation, sealed).code == 4010001


@pytest.mark.parametrize("version", ["1000", "-1", "00", "x"])
def test_a_wrong_key_version(caller, sealed, version) -> None:
    sealed.headers["X-Key-Version"] = version
    assert outcome(caller, sealed) == 4000301


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33])
def test_a_symmetric_key_of_another_length(caller, sealed, length) -> None:
    key = os.urandom(length)
    sealed.headers["Symmetric-Key"] = caller.key_headers("credit-card", key)["Symmetric-Key"]
    if length in (16, 24):  # AES accepts these lengths
        sealed.body = multipart(encrypt(key, IMAGE))
    assert outcome(caller, sealed) == 4000302


@pytest.mark.parametrize(
    "value", ["no Base64 !", base64.b64encode(b"short").decode(), base64.b64encode(b"\xff" * 256).decode()]
)
def test_a_symmetric_key_that_is_not_a_ciphertext(caller, sealed, value) -> None:
    sealed.headers["Symmetric-Key"] = value
    assert outcome(caller, sealed) == 4000302


def test_base64_is_validated_strictly(caller, sealed) -> None:
    value = sealed.headers["Symmetric-Key"]
    sealed.headers["Symmetric-Key"] = value[:8] + "!" + value[8:]
    assert outcome(caller, sealed) == 4000302


def test_a_symmetric_key_encrypted_for_the_other_service(caller, sealed) -> None:
    sealed.headers["Symmetric-Key"] = caller.key_headers("id-card", sealed.key)["Symmetric-Key"]
    assert outcome(caller, sealed) == 4000302


def test_random_bytes_that_decrypt_to_32_bytes_have_no_valid_padding() -> None:
    """OpenSSL decrypts random bytes to random bytes, and in about one of 250 cases to 32 bytes."""
    pair = KeyPair(new_private_key(), "0")
    openings = ((noise, pair.decrypt(noise)) for noise in iter(lambda: b"\0" + os.urandom(255), b""))
    noise = next(noise for noise, opened in openings if len(opened) == 32)
    assert not pair.has_valid_padding(noise)


@pytest.mark.parametrize(
    "path",
    ["", "/", "/v2.0", "/v2.2/appkeys/k/credit-card", "/oauth2/token", "/v2.0/appkeys/k/passport", "/robots.txt"],
)
def test_an_unknown_url(caller, path) -> None:
    for method in ("GET", "POST"):
        response = caller.send(method, path)
        assert response.code == 4041007
        assert list(response.tree) == ["header"]


def test_an_unknown_key_service(caller) -> None:
    path = caller.path("public-keys/passport")
    assert caller.send("GET", path, {"Authorization": caller.secret_key}).code == 4000001


@pytest.mark.parametrize(
    ("method", "operation"), [("GET", "credit-card"), ("PUT", "id-card"), ("POST", "public-keys/id-card")]
)
def test_another_method(caller, method, operation) -> None:
    assert caller.send(method, caller.path(operation), {"Authorization": caller.secret_key}).code == 405


def test_a_public_key_has_the_format_of_the_facts() -> None:
    with Emulator() as fresh:
        card, id_card = (Caller(fresh).public_key(service) for service in ("credit-card", "id-card"))
    for result in (card, id_card):
        assert result == {"key": result["key"], "version": "0"}
        assert len(base64.b64decode(result["key"], validate=True)) == 294  # a 2048-bit RSA key as SubjectPublicKeyInfo
    assert card != id_card
