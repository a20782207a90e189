"""The mapping from printed fields to an expected claim, as in the facts."""

import pytest

from emulator.domain.expected_claim import date_digits, expected_claim, licence_digits
from emulator.domain.readings import DocumentReading, ReadField

REGIONS = (
    "서울=11, 부산=12, 경기=13, 강원=14, 충북=15, 충남=16, 전북=17, 전남=18, 경북=19, 경남=20, 제주=21, 대구=22, "
    "인천=23, 광주=24, 대전=25, 울산=26, 경기북부=28"
)


def reading(document, **values):
    return DocumentReading(document, tuple(ReadField(key, value, 1.0) for key, value in values.items()))


@pytest.mark.parametrize(
    ("printed", "digits"),
    [
        ("2015.3.2.", "20150302"),
        ("2015.03.02", "20150302"),
        ("2015. 3. 2", "20150302"),
        ("2015-12-31", "20151231"),
        ("20150302", "20150302"),
        ("2015.3", ""),
        ("", ""),
    ],
)
def test_dates(printed, digits) -> None:
    assert date_digits(printed) == digits


@pytest.mark.parametrize(
    ("printed", "digits"),
    [
        ("11-09-123456-78", "110912345678"),
        ("110912345678", "110912345678"),
        ("11 - 09 - 123456 - 78", "110912345678"),
        ("11-09-123456-7", ""),
        ("세종 09-123456-78", ""),
        *((f"{pair[:-3]} 09-123456-78", f"{pair[-2:]}0912345678") for pair in REGIONS.split(", ")),
        *((f"{pair[:-3]}-09-123456-78", f"{pair[-2:]}0912345678") for pair in REGIONS.split(", ")),
        ("경기 북부 09-123456-78", "280912345678"),
    ],
)
def test_licence_numbers(printed, digits) -> None:
    assert licence_digits(printed) == digits


def test_a_drivers_resident_number_has_seven_digits_even_if_the_rest_is_masked() -> None:
    claim = expected_claim(reading("driver", name="김철수", residentNumber="900202-2******"))
    assert claim == {"name": "김철수", "residentNumber": "9002022"}


def test_a_resident_number_needs_thirteen_digits() -> None:
    assert "residentNumber" not in expected_claim(reading("resident", residentNumber="800101-1******"))


@pytest.mark.parametrize(("korean", "name"), [("홍길동", "홍길동"), ("", "GILDONG HONG")])
def test_a_passport_without_a_korean_name_uses_the_latin_name(korean, name) -> None:
    claim = expected_claim(reading("passport", koreanName=korean, givenName="GILDONG", surName="HONG"))
    assert claim["name"] == name


def test_unread_fields_are_missing() -> None:
    assert expected_claim(reading("resident", name="  ", issueDate="unreadable")) == {}


def test_a_credit_card_has_no_expected_claim() -> None:
    with pytest.raises(ValueError, match="credit card"):
        expected_claim(reading("credit-card"))
