"""The checks of a claim's format, with their result codes."""

import json

import pytest

from tests.emulator.claims import DRIVER, FIELDS, PASSPORT, RESIDENT


@pytest.mark.parametrize(("claim", "name"), [pair for pair in FIELDS if pair[1] != "serialNum"])
def test_a_missing_required_field(caller, claim, name) -> None:
    left = {key: value for key, value in claim.items() if key != name}
    assert caller.verify("any", left).code == 4000001


@pytest.mark.parametrize(
    ("claim", "changed"),
    [
        (RESIDENT, {"residentNumber": "800101-1234567"}),
        (RESIDENT, {"residentNumber": "8001011"}),
        (RESIDENT, {"residentNumber": "８００１０１１２３４５６７"}),
        (RESIDENT, {"issueDate": "2015.3.2."}),
        (RESIDENT, {"issueDate": "20150230"}),
        (RESIDENT, {"name": "  "}),
        (RESIDENT, {"name": ""}),
        (RESIDENT, {"idType": "identity"}),
        (DRIVER, {"residentNumber": "9002022345678"}),
        (DRIVER, {"driverLicenseNumber": "11-09-123456-78"}),
        (DRIVER, {"driverLicenseNumber": "서울0912345678"}),
        (DRIVER, {"serialNum": "7X8Y"}),
        (PASSPORT, {"passportNumber": "m12345678"}),
        (PASSPORT, {"passportNumber": "M1234567"}),
        (PASSPORT, {"birthDate": "800101"}),
        (PASSPORT, {"expirationDate": "2030-03-15"}),
    ],
)
def test_a_field_of_the_wrong_format(caller, claim, changed) -> None:
    assert caller.verify("any", claim | changed).code == 4000001


@pytest.mark.parametrize(("claim", "name"), [pair for pair in FIELDS if pair[1] != "expirationDate"])
@pytest.mark.parametrize("value", ["plain text", "bm8gYmxvY2s="])
def test_a_field_that_is_not_encrypted(caller, claim, name, value) -> None:
    sealed = caller.sealed_claim("any", claim)
    sealed.body = json.dumps(json.loads(sealed.body) | {name: value}).encode()
    assert caller.post("id-card/authenticity", sealed).code == 4000303


def test_base64_is_validated_strictly(caller) -> None:
    sealed = caller.sealed_claim("any", RESIDENT)
    members = json.loads(sealed.body)
    sealed.body = json.dumps(members | {"name": members["name"][:8] + "\n" + members["name"][8:]}).encode()
    assert caller.post("id-card/authenticity", sealed).code == 4000303


def test_an_encrypted_expiration_date_is_refused(caller) -> None:
    sealed = caller.sealed_claim("any", PASSPORT)
    members = json.loads(sealed.body)
    sealed.body = json.dumps(members | {"expirationDate": members["birthDate"]}).encode()
    assert caller.post("id-card/authenticity", sealed).code == 4000001


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"[]", b'{"idType": ["resident"]}', b'{"idType": "resident", "name": 7}', b"\xff"]
)
def test_a_body_that_is_not_a_claim(caller, body) -> None:
    sealed = caller.sealed_claim("any", RESIDENT)
    sealed.body = body
    assert caller.post("id-card/authenticity", sealed).code == 4000001


def test_another_media_type(caller) -> None:
    sealed = caller.sealed_claim("any", RESIDENT)
    sealed.headers["Content-Type"] = "text/plain"
    assert caller.post("id-card/authenticity", sealed).code == 415
