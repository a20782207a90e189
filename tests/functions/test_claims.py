"""An analysis result is converted to a claim by the guide's rules for each field."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealed_ocr.claims import compact_date, licence_number, offer
from sealed_ocr.verification.claim_request import read_request
from sealed_ocr.verification.claim_validation import RULES

from tests.support.canary import assert_clean, values_of
from tests.support.random_claims import spoiled

pytestmark = pytest.mark.unit

# The requirements list these; 27 is not in use.
REGIONS = {
    "서울": "11",
    "부산": "12",
    "경기": "13",
    "강원": "14",
    "충북": "15",
    "충남": "16",
    "전북": "17",
    "전남": "18",
    "경북": "19",
    "경남": "20",
    "제주": "21",
    "대구": "22",
    "인천": "23",
    "광주": "24",
    "대전": "25",
    "울산": "26",
    "경기북부": "28",
}

RESIDENT = {
    "name": "홍길동",
    "residentNumber": "800101-1234567",
    "issueDate": "2015.3.2.",
    "issuer": "서울특별시 종로구청장",
}
DRIVER = {
    "driverLicenseNumber": "11-09-123456-78",
    "licenseType": "1종보통/2종소형",
    "name": "김철수",
    "residentNumber": "900202-2345678",
    "condition": "none",
    "serialNum": "7X8Y9Z",
    "issueDate": "2019.12.31.",
    "issuer": "서울지방경찰청장",
}
PASSPORT = {
    "passportType": "PM",
    "passportNo": "M12345678",
    "surName": "HONG",
    "givenName": "GILDONG",
    "koreanName": "홍길동",
    "dateOfBirth": "01 JAN 1980",
    "dateOfBirthYMD": "19800101",
    "dateOfIssue": "15 MAR 2020",
    "dateOfIssueYMD": "20200315",
    "dateOfExpiry": "15 MAR 2030",
    "dateOfExpiryYMD": "20300315",
    "personalNo": "1234567",
}
CARDS = {"resident": RESIDENT, "driver": DRIVER, "passport": PASSPORT}
CLAIMS = {
    "resident": {
        "idType": "resident",
        "name": "홍길동",
        "residentNumber": "8001011234567",
        "issueDate": "20150302",
    },
    "driver": {
        "idType": "driver",
        "name": "김철수",
        "residentNumber": "9002022",
        "driverLicenseNumber": "110912345678",
        "serialNum": "7X8Y9Z",
    },
    "passport": {
        "idType": "passport",
        "name": "홍길동",
        "issueDate": "20200315",
        "passportNumber": "M12345678",
        "birthDate": "19800101",
        "expirationDate": "20300315",
    },
}
ABSENT = object()


def read_claim(body):
    return read_request(body).fields


def result(id_type, fields):
    return {
        "idType": id_type,
        "keyValues": [{"key": key, "value": value, "conf": 0.9} for key, value in fields.items()],
    }


def offered(id_type, **changed):
    fields = CARDS[id_type] | changed
    return offer(result(id_type, {key: value for key, value in fields.items() if value is not ABSENT}))


@pytest.mark.parametrize("id_type", CARDS)
def test_a_complete_card_gives_a_complete_claim(id_type) -> None:
    found = offered(id_type)
    assert found.request == CLAIMS[id_type]
    assert list(found.request) == list(CLAIMS[id_type])
    assert found.missing == []
    assert read_claim(json.dumps(found.request).encode()) == CLAIMS[id_type]


# Card, field of the analysis, value that was read, field of the claim, expected value (None: the field is missing).
ROWS = [
    ("resident", "name", "홍길동", "name", "홍길동"),
    ("resident", "name", " 홍길동 ", "name", "홍길동"),
    ("resident", "name", "홍길동(洪吉童)", "name", "홍길동"),
    ("resident", "name", "홍길동 （洪吉童）", "name", "홍길동"),
    ("resident", "name", "JOHN (SMITH)", "name", "JOHN (SMITH)"),
    ("resident", "name", "\u1112\u1169\u11bc\u1100\u1175\u11af\u1103\u1169\u11bc", "name", "홍길동"),
    ("resident", "name", "\u3000홍길동\u00a0", "name", "홍길동"),
    ("resident", "name", "홍길동\u3164", "name", None),
    ("resident", "name", "홍\u200b길동", "name", None),
    ("resident", "name", "홍길도ㅇ", "name", None),
    ("resident", "name", "ＨＯＮＧ", "name", None),
    ("resident", "name", "", "name", None),
    ("resident", "name", "  ", "name", None),
    ("resident", "name", "홍\n길동", "name", None),
    ("resident", "name", "홍" * 101, "name", None),
    ("resident", "residentNumber", "800101-1234567", "residentNumber", "8001011234567"),
    ("resident", "residentNumber", "8001011234567", "residentNumber", "8001011234567"),
    ("resident", "residentNumber", "800101 - 1234567", "residentNumber", "8001011234567"),
    ("resident", "residentNumber", "800101-1******", "residentNumber", None),
    ("resident", "residentNumber", "800101-*******", "residentNumber", None),
    ("resident", "residentNumber", "800101-123456", "residentNumber", None),
    ("resident", "residentNumber", "800101-12345678", "residentNumber", None),
    ("resident", "residentNumber", "８００１０１-１２３４５６７", "residentNumber", None),
    ("resident", "issueDate", "2015.3.2.", "issueDate", "20150302"),
    ("resident", "issueDate", "2015.03.02", "issueDate", "20150302"),
    ("resident", "issueDate", "2015.13.02", "issueDate", None),
    ("resident", "issueDate", "2015.3", "issueDate", None),
    ("driver", "name", "김철수", "name", "김철수"),
    ("driver", "residentNumber", "900202-2345678", "residentNumber", "9002022"),
    ("driver", "residentNumber", "9002022345678", "residentNumber", "9002022"),
    ("driver", "residentNumber", "900202-2******", "residentNumber", "9002022"),
    ("driver", "residentNumber", "900202-2", "residentNumber", "9002022"),
    ("driver", "residentNumber", "900202-*******", "residentNumber", None),
    ("driver", "residentNumber", "900202", "residentNumber", None),
    ("driver", "residentNumber", "900202-23", "residentNumber", None),
    ("driver", "driverLicenseNumber", "11-09-123456-78", "driverLicenseNumber", "110912345678"),
    ("driver", "driverLicenseNumber", "서울 09-123456-78", "driverLicenseNumber", "110912345678"),
    ("driver", "driverLicenseNumber", "세종 09-123456-78", "driverLicenseNumber", None),
    ("driver", "driverLicenseNumber", "11-09-123456-7", "driverLicenseNumber", None),
    ("driver", "serialNum", "7X8Y9Z", "serialNum", "7X8Y9Z"),
    ("driver", "serialNum", "7X8Y9", "serialNum", "7X8Y9"),
    ("driver", "serialNum", "7X8 Y9Z", "serialNum", "7X8Y9Z"),
    ("driver", "serialNum", "7X8Y", "serialNum", None),
    ("driver", "serialNum", "7X8Y9ZZ", "serialNum", None),
    ("passport", "koreanName", "", "name", "GILDONG HONG"),
    ("passport", "koreanName", ABSENT, "name", "GILDONG HONG"),
    ("passport", "dateOfIssueYMD", "20200315", "issueDate", "20200315"),
    ("passport", "dateOfIssueYMD", "2020031", "issueDate", None),
    ("passport", "passportNo", "M123A4567", "passportNumber", "M123A4567"),
    ("passport", "passportNo", "m12345678", "passportNumber", None),
    ("passport", "passportNo", "M1234567", "passportNumber", None),
    ("passport", "dateOfBirthYMD", "19800101", "birthDate", "19800101"),
    ("passport", "dateOfBirthYMD", "19800231", "birthDate", None),
    ("passport", "dateOfExpiryYMD", "20300315", "expirationDate", "20300315"),
    ("passport", "dateOfExpiryYMD", "", "expirationDate", None),
]


@pytest.mark.parametrize(("id_type", "key", "read", "field", "expected"), ROWS)
def test_each_row_gives_its_field_or_names_it_as_missing(id_type, key, read, field, expected) -> None:
    found = offered(id_type, **{key: read})
    assert found.request == {name: value for name, value in CLAIMS[id_type].items() if name != field} | (
        {field: expected} if expected else {}
    )
    assert found.missing == ([] if expected else [field])


@pytest.mark.parametrize("blank", [ABSENT, None, ""])
@pytest.mark.parametrize(
    ("id_type", "key", "field"),
    [
        ("resident", "name", "name"),
        ("resident", "residentNumber", "residentNumber"),
        ("resident", "issueDate", "issueDate"),
        ("driver", "name", "name"),
        ("driver", "residentNumber", "residentNumber"),
        ("driver", "driverLicenseNumber", "driverLicenseNumber"),
        ("driver", "serialNum", None),
        ("passport", "passportNo", "passportNumber"),
        ("passport", "dateOfIssueYMD", "issueDate"),
        ("passport", "dateOfBirthYMD", "birthDate"),
        ("passport", "dateOfExpiryYMD", "expirationDate"),
    ],
)
def test_an_unread_field_is_missing_unless_it_is_optional(id_type, key, field, blank) -> None:
    found = offered(id_type, **{key: blank})
    assert found.missing == ([field] if field else [])
    assert (field or key) not in found.request


def test_a_passport_name_needs_surname_and_given_name() -> None:
    assert offered("passport", koreanName="", surName="").missing == ["name"]
    assert offered("passport", koreanName="", givenName=ABSENT).missing == ["name"]


def test_a_card_without_fields_misses_all_required_fields() -> None:
    for id_type, rules in RULES.items():
        found = offer({"idType": id_type})
        assert found is not None
        assert found.request == {"idType": id_type}
        assert found.missing == [name for name, rule in rules.items() if not rule.optional]
        assert offer({"idType": id_type, "keyValues": [None, {}, {"key": None, "value": "x"}]}) == found


@pytest.mark.parametrize("id_type", [None, "", "alien", "credit-card", 7, ["resident"]])
def test_other_documents_have_no_claim(id_type) -> None:
    assert offer({"idType": id_type}) is None
    assert offer({}) is None


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(
    "form", ["{} 09-123456-78", "{}-09-123456-78", "{}09-123456-78", " {} 09 123456 78 ", "{}0912345678"]
)
def test_a_region_name_is_replaced_by_its_number(region, form) -> None:
    assert licence_number(form.format(region)) == f"{REGIONS[region]}0912345678"


def test_a_licence_number_in_another_form_is_refused() -> None:
    assert licence_number("28-09-123456-78") == "280912345678"
    assert licence_number("경기 북부 09-123456-78") == "280912345678"
    for wrong in (
        "",
        "서울",
        "서울 서울 09-123456-78",
        "09-123456-78 서울",
        "11-09-123456-789",
        "１１０９１２３４５６７８",
    ):
        assert licence_number(wrong) is None


@pytest.mark.parametrize(
    ("printed", "digits"),
    [
        ("2015.3.2.", "20150302"),
        ("2015.3.2", "20150302"),
        ("2015. 3. 2.", "20150302"),
        ("2015.03.02", "20150302"),
        ("2015-03-02", "20150302"),
        ("2015/03/02", "20150302"),
        ("2015년 3월 2일", "20150302"),
        ("20150302", "20150302"),
        (" 20150302 ", "20150302"),
        ("2016.2.29.", "20160229"),
        ("2015.2.29.", None),
        ("2015.0.1", None),
        ("2015.4.31", None),
        ("20151301", None),
        ("0000.1.1", None),
        ("15.3.2.", None),
        ("2015.3", None),
        ("2015.3.2.1", None),
        # A misread digit must not become a separator: these are October and December.
        ("2015.1O.2.", None),
        ("2015.l2.3.", None),
        ("2015.1２.3.", None),
        ("2015.①2.3.", None),
        ("2015.10.2l", None),
        ("2015032", None),
        ("201503021", None),
        ("２０１５.3.2", None),
        ("x 2015.3.2", None),
        ("", None),
    ],
)
def test_a_printed_date_is_converted_to_digits(printed, digits) -> None:
    assert compact_date(printed) == digits


READ = st.one_of(
    st.text(max_size=30),
    st.text("0123456789-. *A홍\n", max_size=16),
    st.sampled_from(sorted({value for card in CARDS.values() for value in card.values()})).flatmap(spoiled),
    st.none(),
)


@given(
    st.sampled_from(sorted(CARDS)).flatmap(
        lambda id_type: st.tuples(st.just(id_type), st.dictionaries(st.sampled_from(sorted(CARDS[id_type])), READ))
    )
)
def test_a_complete_offered_claim_is_valid(card) -> None:
    """Every offered field is valid, and every other required field is listed as missing."""
    id_type, read = card
    found = offered(id_type, **read)
    complete = found.request | {name: CLAIMS[id_type][name] for name in found.missing}
    assert read_claim(json.dumps(complete).encode()) == complete


def test_the_repr_of_an_offer_hides_its_values() -> None:
    for id_type in CARDS:
        found = offered(id_type)
        assert_clean(repr(found) + str(found), [one for one in values_of(found.request) if one != id_type])
