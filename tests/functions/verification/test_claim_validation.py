"""A claim is validated before any call: every rule applies, all faults are named at once, no value is quoted."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealed_ocr.verification.claim_request import MAX_CLAIM_BYTES, read_request
from sealed_ocr.verification.claim_validation import wrong_id_type
from sealed_ocr.verification.problems import STATUSES, Problem

from tests.support.canary import assert_clean
from tests.support.random_claims import claims, personal_values

pytestmark = pytest.mark.unit

RESIDENT = {"idType": "resident", "name": "홍길동", "residentNumber": "8001011234567", "issueDate": "20150302"}
DRIVER = {
    "idType": "driver",
    "name": "김철수",
    "residentNumber": "9002022",
    "driverLicenseNumber": "110912345678",
    "serialNum": "7X8Y9Z",
}
PASSPORT = {
    "idType": "passport",
    "name": "GILDONG HONG",
    "issueDate": "20200315",
    "passportNumber": "M12345678",
    "birthDate": "19800101",
    "expirationDate": "20300315",
}
CLAIMS = [RESIDENT, DRIVER, PASSPORT]
NO_DATES = ["20150230", "20151301", "2015032", "201503021", "2015.3.2.", "2015-03-02", "00000101", "２０１５０３０２"]
NO_NAMES = ["   ", "홍\n길동", "홍" * 101, "\u200b", "tab\there", "홍\u3164길동", "ﾡￂ", "홍길도ㅇ", "홍길\ue000"]
# A claim, one of its fields, and an invalid value of it.
BAD = [
    *((claim, "name", value) for claim in CLAIMS for value in NO_NAMES),
    *(
        (RESIDENT, "residentNumber", value)
        for value in ("800101-1234567", "8001011", "80010112345678", "８００１０１１２３４５６７")
    ),
    *((RESIDENT, "issueDate", value) for value in NO_DATES),
    *((DRIVER, "residentNumber", value) for value in ("9002022345678", "900202", "900202-2", "900202a")),
    *((DRIVER, "driverLicenseNumber", value) for value in ("11-09-123456-78", "11091234567", "서울0912345678")),
    *((DRIVER, "serialNum", value) for value in ("7X8Y", "7X8Y9ZZ", "7X8 Y9", "가나다라마", "7X8\nY9")),
    *((PASSPORT, field, value) for field in ("issueDate", "birthDate", "expirationDate") for value in NO_DATES),
    *((PASSPORT, "passportNumber", value) for value in ("m12345678", "M1234567", "M123456789", "M1234-678")),
]
FIELDS = [(claim, name) for claim in CLAIMS for name in claim if name != "idType"]


def read_claim(body):
    return read_request(body).fields


def refused(claim):
    body = claim if isinstance(claim, bytes) else json.dumps(claim).encode()
    with pytest.raises(Problem) as raised:
        read_claim(body)
    assert raised.value.kind == "invalid-claim"
    assert raised.value.status == 400
    return raised.value


def named(problem):
    return [fault["field"] for fault in problem.errors]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim["idType"])
def test_a_valid_claim_is_returned_in_the_guide_s_field_order(claim) -> None:
    shuffled = dict(sorted(claim.items(), reverse=True))
    read = read_claim(json.dumps(shuffled).encode())
    assert read == claim
    assert list(read) == list(claim)


def test_the_serial_number_is_optional() -> None:
    without = {name: value for name, value in DRIVER.items() if name != "serialNum"}
    assert read_claim(json.dumps(without).encode()) == without
    assert read_claim(json.dumps(DRIVER | {"serialNum": "7X8Y9"}).encode())["serialNum"] == "7X8Y9"


@pytest.mark.parametrize(("claim", "name"), [pair for pair in FIELDS if pair[1] != "serialNum"])
def test_a_missing_field_is_named(claim, name) -> None:
    problem = refused({key: value for key, value in claim.items() if key != name})
    assert named(problem) == [name]
    assert problem.errors[0]["reason"].endswith("it is missing")


@pytest.mark.parametrize(("claim", "name", "value"), BAD)
def test_an_invalid_field_is_named_without_its_value(claim, name, value) -> None:
    problem = refused(claim | {name: value})
    assert named(problem) == [name]
    assert "missing" not in problem.errors[0]["reason"]
    if len(value.strip()) > 3:
        assert_clean(json.dumps(problem.body(), ensure_ascii=False) + str(problem) + repr(problem), [value])


@pytest.mark.parametrize(("claim", "name"), FIELDS)
def test_an_invisible_character_is_named_in_every_field(claim, name) -> None:
    problem = refused(claim | {name: claim[name][:3] + "\u200b" + claim[name][3:]})
    assert named(problem) == [name]
    assert problem.errors[0]["reason"].endswith(", without U+200B ZERO WIDTH SPACE")


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim["idType"])
def test_a_claim_in_nfd_with_outer_blanks_is_the_same_claim(claim) -> None:
    sent = {name: f" {unicodedata.normalize('NFD', value)}\u3000\n" for name, value in claim.items()}
    assert read_claim(json.dumps(sent).encode()) == claim


@pytest.mark.parametrize("value", [None, 7, 20150302, 8001011234567, True, [], {}, ""])
@pytest.mark.parametrize(("claim", "name"), FIELDS)
def test_a_field_of_another_json_type_or_an_empty_field_is_named(claim, name, value) -> None:
    assert named(refused(claim | {name: value})) == [name]


@pytest.mark.parametrize(("claim", "other"), [(a, b) for a in CLAIMS for b in CLAIMS if a is not b])
def test_a_field_of_another_card_type_is_named(claim, other) -> None:
    foreign = other.keys() - claim.keys()
    assert named(refused(claim | {name: other[name] for name in foreign})) == sorted(foreign)


def test_all_invalid_fields_are_named_at_once() -> None:
    problem = refused({"idType": "passport", "name": " ", "birthDate": "x", "serialNum": "7X8Y9Z", "홍길동": 1})
    assert named(problem) == [
        "(another)",
        *("birthDate", "expirationDate", "issueDate", "name", "passportNumber", "serialNum"),
    ]


@pytest.mark.parametrize("name", ["8001011234567", "홍길동", "x" * 41, "with space", "", "<script>"])
def test_an_unknown_member_name_that_may_be_a_value_is_not_repeated(name) -> None:
    problem = refused(RESIDENT | {name: "x"})
    assert named(problem) == ["(another)"]
    if len(name) > 3:
        assert_clean(json.dumps(problem.body(), ensure_ascii=False), [name])


@pytest.mark.parametrize("id_type", [None, "", "Resident", "alien", 7, ["resident"], {"resident": 1}])
def test_an_unknown_id_type_is_named(id_type) -> None:
    problem = refused(RESIDENT | {"idType": id_type})
    assert named(problem) == ["idType"]
    assert problem.errors[0]["reason"] == "must be one of resident, driver, passport"
    assert named(refused({})) == ["idType"]


@pytest.mark.parametrize("body", [b"", b"no json", b"\xff\xfe", b'{"idType": "resident"', b"[" * 10_000, b'"\\ud800"'])
def test_a_body_that_is_not_json_is_refused(body) -> None:
    assert refused(body).detail == "the body is not JSON"


@pytest.mark.parametrize("tree", [None, 7, "resident", [], [RESIDENT]])
def test_a_body_that_is_no_json_object_is_refused(tree) -> None:
    assert refused(tree).detail == "the body is not a JSON object"


def test_a_too_large_claim_is_refused() -> None:
    body = json.dumps(RESIDENT).encode()
    assert read_claim(body.ljust(MAX_CLAIM_BYTES)) == RESIDENT
    with pytest.raises(Problem) as raised:
        read_claim(body.ljust(MAX_CLAIM_BYTES + 1))
    assert (raised.value.kind, raised.value.status) == ("claim-too-large", 413)


def test_an_id_type_of_another_card_is_an_invalid_claim() -> None:
    problem = wrong_id_type("driver")
    assert problem.kind == "invalid-claim"
    assert problem.errors == [{"field": "idType", "reason": "must be driver, as the card was read"}]


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=10,
)
NAMES = st.sampled_from(sorted({name for claim in CLAIMS for name in claim})) | st.text()
NEARLY = st.one_of(
    TREES,
    st.builds(
        lambda claim, changed: claim | changed, st.sampled_from(CLAIMS), st.dictionaries(NAMES, TREES, max_size=3)
    ),
)


def outcome(body):
    try:
        return read_claim(body)
    except Problem as problem:
        return problem


@given(st.one_of(NEARLY.map(lambda tree: json.dumps(tree).encode()), st.binary()))
def test_any_body_is_a_claim_or_a_problem(body) -> None:
    found = outcome(body)
    if isinstance(found, Problem):
        assert found.status == STATUSES[found.kind]
        assert {"type", "title", "status", "detail"} <= found.body().keys()
    else:
        assert all(isinstance(value, str) and value for value in found.values())
        assert outcome(json.dumps(found).encode()) == found


@given(claims())
def test_a_claim_in_random_unicode_is_refused_by_its_fields_or_becomes_one_canonical_claim(claim) -> None:
    found = outcome(json.dumps(claim).encode())
    decomposed = outcome(json.dumps({name: unicodedata.normalize("NFD", claim[name]) for name in claim}).encode())
    if isinstance(found, Problem):
        body = found.body()
        assert isinstance(decomposed, Problem)
        assert decomposed.body() == body
        assert body["errors"]
        assert {fault["field"] for fault in body["errors"]} <= claim.keys() - {"idType"}
        assert_clean(json.dumps(body, ensure_ascii=False) + str(found) + repr(found), personal_values(claim))
    else:
        # What is compared under an Idempotency-Key, sealed and sent.
        assert decomposed == found == outcome(json.dumps(found).encode())
        for name, value in found.items():
            assert unicodedata.normalize("NFD", value) == unicodedata.normalize("NFD", claim[name]).strip()
