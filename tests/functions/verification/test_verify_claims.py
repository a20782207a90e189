"""A claim is validated before any call, and the problem names all its faults and quotes no value."""

from __future__ import annotations

import json

import pytest
from sealed_ocr.verification.claim_request import MAX_CLAIM_BYTES, read_request
from sealed_ocr.verification.problems import Problem

RESIDENT = {"idType": "resident", "name": "홍길동", "residentNumber": "8001014234567", "issueDate": "20150302"}
DRIVER = {
    "idType": "driver",
    "name": "홍길동",
    "residentNumber": "8001014",
    "driverLicenseNumber": "110912345678",
    "serialNum": "7X8Y9Z",
}
PASSPORT = {
    "idType": "passport",
    "name": "HONG GILDONG",
    "issueDate": "20200315",
    "passportNumber": "M12345678",
    "birthDate": "19800101",
    "expirationDate": "20300315",
}
CLAIMS = [RESIDENT, DRIVER, PASSPORT]


def read_claim(body: bytes) -> dict[str, str]:
    return read_request(body).fields


def refused(body: bytes) -> Problem:
    with pytest.raises(Problem) as caught:
        read_claim(body)
    return caught.value


def errors(problem: Problem) -> list[dict[str, str]]:
    assert problem.errors is not None
    return problem.errors


def faults(claim: dict) -> list[str]:
    problem = refused(json.dumps(claim).encode())
    assert (problem.kind, problem.status) == ("invalid-claim", 400)
    text = json.dumps(problem.body(), ensure_ascii=False)
    assert not [value for name, value in claim.items() if name != "idType" and value and str(value) in text]
    return [fault["field"] for fault in problem.body()["errors"]]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim["idType"])
def test_a_valid_claim_starts_with_its_id_type(claim: dict) -> None:
    body = json.dumps(dict(reversed(claim.items()))).encode()
    read = read_claim(body)
    assert read == claim
    assert next(iter(read)) == "idType"


@pytest.mark.parametrize(
    ("claim", "field"),
    [(claim, field) for claim in CLAIMS for field in claim if field not in {"idType", "serialNum"}],
)
def test_a_missing_required_field_is_named(claim: dict, field: str) -> None:
    left = {name: value for name, value in claim.items() if name != field}
    assert faults(left) == [field]
    assert "it is missing" in errors(refused(json.dumps(left).encode()))[0]["reason"]


def test_a_claim_without_serial_number_is_valid() -> None:
    left = {name: value for name, value in DRIVER.items() if name != "serialNum"}
    assert read_claim(json.dumps(left).encode()) == left


@pytest.mark.parametrize(
    ("claim", "changed"),
    [
        (RESIDENT, {"residentNumber": "800101-1234567"}),
        (RESIDENT, {"residentNumber": "8001014"}),
        (RESIDENT, {"residentNumber": "80010142345678"}),
        (RESIDENT, {"residentNumber": "８００１０１４２３４５６７"}),
        (RESIDENT, {"residentNumber": "8001014\n234567"}),
        (RESIDENT, {"issueDate": "2015.3.2."}),
        (RESIDENT, {"issueDate": "20150230"}),
        (RESIDENT, {"issueDate": "20151301"}),
        (RESIDENT, {"issueDate": "00000101"}),
        (RESIDENT, {"issueDate": "2015 0302"}),
        (RESIDENT, {"name": ""}),
        (RESIDENT, {"name": "   "}),
        (RESIDENT, {"name": "a\nb"}),
        (RESIDENT, {"name": "가" * 101}),
        (RESIDENT, {"name": None}),
        (RESIDENT, {"name": ["홍길동"]}),
        (RESIDENT, {"residentNumber": 8001014234567}),
        (DRIVER, {"residentNumber": "8001014234567"}),
        (DRIVER, {"driverLicenseNumber": "11-09-123456-78"}),
        (DRIVER, {"driverLicenseNumber": "서울0912345678"}),
        (DRIVER, {"driverLicenseNumber": "11091234567"}),
        (DRIVER, {"serialNum": "7X8Y"}),
        (DRIVER, {"serialNum": "7X8Y9Z1"}),
        (DRIVER, {"serialNum": "7X8-Y"}),
        (DRIVER, {"serialNum": ""}),
        (DRIVER, {"serialNum": None}),
        (PASSPORT, {"passportNumber": "m12345678"}),
        (PASSPORT, {"passportNumber": "M1234567"}),
        (PASSPORT, {"birthDate": "19800132"}),
        (PASSPORT, {"expirationDate": "2030-03-15"}),
        (PASSPORT, {"issueDate": "200315"}),
    ],
)
def test_a_field_in_the_wrong_format_is_named(claim: dict, changed: dict) -> None:
    assert faults(claim | changed) == [*changed]


@pytest.mark.parametrize(
    ("claim", "changed"),
    [
        (RESIDENT, {"name": "가" * 100}),
        (RESIDENT, {"issueDate": "20160229"}),
        (RESIDENT, {"name": "김 (金)"}),
        (DRIVER, {"serialNum": "7X8Y9"}),
        (DRIVER, {"serialNum": "ab12cd"}),
    ],
)
def test_a_field_at_the_limit_of_its_format_is_accepted(claim: dict, changed: dict) -> None:
    assert read_claim(json.dumps(claim | changed).encode()) == claim | changed


@pytest.mark.parametrize(
    ("claim", "other"),
    [
        (RESIDENT, {"driverLicenseNumber": "110912345678"}),
        (RESIDENT, {"serialNum": "7X8Y9Z"}),
        (DRIVER, {"issueDate": "20150302"}),
        (PASSPORT, {"residentNumber": "8001014234567"}),
        (RESIDENT, {"requestKey": "x-y-z"}),
    ],
)
def test_a_field_of_another_id_type_is_named(claim: dict, other: dict) -> None:
    assert faults(claim | other) == [*other]


def test_all_invalid_fields_are_named_at_once() -> None:
    claim = {
        "idType": "resident",
        "name": "\t\t",
        "residentNumber": "90",
        "issueDate": "2015-3-2",
        "serialNum": "abcdef",
    }
    assert faults(claim) == ["issueDate", "name", "residentNumber", "serialNum"]


def test_an_unknown_field_name_that_may_be_a_value_is_not_repeated() -> None:
    assert faults(RESIDENT | {"홍길순": "x-y-z"}) == ["(another)"]
    assert faults(RESIDENT | {"800101-4234567": "x-y-z"}) == ["(another)"]
    assert faults(RESIDENT | {"a" * 41: "x-y-z"}) == ["(another)"]


@pytest.mark.parametrize("id_type", [None, "", "identity", "Resident", 7, ["resident"], {"a": 1}])
def test_an_unknown_id_type_is_named_with_the_allowed_ones(id_type: object) -> None:
    problem = refused(json.dumps(RESIDENT | {"idType": id_type}).encode())
    assert [fault["field"] for fault in errors(problem)] == ["idType"]
    assert "resident, driver, passport" in errors(problem)[0]["reason"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b'"resident"', b"7", b"\xff\xfe", b'{"idType": NaN}', b"[" * 16_000, b"{} {}"],
)
def test_a_body_that_is_no_json_object_is_an_invalid_claim(body: bytes) -> None:
    problem = refused(body)
    assert (problem.kind, problem.status, problem.errors) == ("invalid-claim", 400, [])


def test_a_too_large_body_is_refused() -> None:
    padding = MAX_CLAIM_BYTES - len(json.dumps(RESIDENT, ensure_ascii=False).encode())
    body = json.dumps(RESIDENT, ensure_ascii=False).encode() + b" " * padding
    assert read_claim(body) == RESIDENT
    problem = refused(body + b" ")
    assert (problem.kind, problem.status) == ("claim-too-large", 413)
