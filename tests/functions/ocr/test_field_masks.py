"""A mask shows its documented part of a value, or refuses the value."""

from __future__ import annotations

import doctest

import pytest
from sealed_ocr.ocr import field_masks
from sealed_ocr.ocr.field_masks import MASKABLE, MASKS, mask_card_number
from sealed_ocr.ocr.kind_specs import KIND_SPECS

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("residentNumber", "481023-1093435", "481023-1******"),
        ("residentNumber", " 481023 - 1093435 ", "481023-1******"),
        ("residentNumber", "4810231093435", "481023-1******"),
        ("residentNumber", "481023-1******", "481023-1******"),
        ("residentNumber", "481023-109343", None),
        ("residentNumber", "481023-10934355", None),
        ("residentNumber", "48l023-1093435", None),
        ("residentNumber", "1093435", None),
        ("residentNumber", "481023-1093435 4810231093435", None),
        ("residentNumber", "٤٨١٠٢٣-١٠٩٣٤٣٥", None),
        ("personalNo", "1093435", "1******"),
        ("personalNo", "109343", None),
        ("personalNo", "4810231093435", None),
        ("driverLicenseNumber", "11-09-123456-78", "********5678"),
        ("driverLicenseNumber", "부산 31-832219-91", "********1991"),
        ("driverLicenseNumber", "110912345678", "********5678"),
        ("driverLicenseNumber", "11-09-12345-78", None),
        ("driverLicenseNumber", "11-09-123456-78-1", None),
        ("passportNo", "Z50608388", "*****8388"),
        ("passportNo", "M123A4567", "*****4567"),
        ("passportNo", "Z5060838", None),
        ("passportNo", "Z506083888", None),
        ("name", "서나찬", "서**"),
        ("name", "\u1109\u1165\u1102\u1161\u110e\u1161\u11ab", "서**"),
        ("name", " 김구 ", "김*"),
        ("name", "김", None),
        ("name", "김 ", None),
        ("name", "홍길동(洪吉童)", "홍*******"),
        ("surName", "KANG", "K***"),
        ("givenName", "YEON JUN", "Y*** ***"),
        ("name", "가" * 100, "가" + "*" * 99),
        ("name", "가" * 101, None),
        ("issueDate", "2009.6.27.", "2009.**.**"),
        ("issueDate", "2009. 06. 27", "2009.**.**"),
        ("issueDate", "2009년 6월 27일", "2009.**.**"),
        ("issueDate", "2009-06-27", "2009.**.**"),
        ("issueDate", "20090627", "2009****"),
        ("issueDate", "6.27.", None),
        ("issueDate", "3009.6.27.", None),
        ("issueDate", "2009.6.27. 홍길동", None),
        ("dateOfBirthYMD", "19440423", "1944****"),
        ("dateOfBirth", "23 APR 1944", "** *** 1944"),
        ("dateOfBirth", "23 4월/APR 1944", "** *** 1944"),
        ("dateOfBirth", "23 APR 44", None),
        ("validThru", "05/33", "**/33"),
        ("validThru", "0533", None),
        ("validThru", "05/2033", None),
    ],
)
def test_a_mask_shows_its_part_or_nothing(name: str, value: str, shown: str | None) -> None:
    assert MASKS[name](value) == shown


@pytest.mark.parametrize(
    ("groups", "shown"),
    [
        (["3530", "1146", "0932", "2401"], ["****", "****", "****", "2401"]),
        (["3782", "822463", "10005"], ["****", "******", "*0005"]),
        (["3530114609322401"], ["************2401"]),
        (["3530 1146 0932 2401"], ["**** **** **** 2401"]),
        (["4222222222222"], ["*********2222"]),
        (["1234567890123456789"], ["***************6789"]),
        (["35301146", "09322", "401"], ["********", "****2", "401"]),
        (["3530", "1146", "0932"], None),
        (["3530", "1146", "0932", "24O1"], None),
        (["3530", "1146", "0932", ""], None),
        (["12345678901234567890"], None),
        (["٣٥٣٠114609322401"], None),
        ([], None),
    ],
)
def test_the_number_of_a_card_shows_its_last_four_digits(groups: list[str], shown: list[str] | None) -> None:
    assert mask_card_number(groups) == shown


def test_each_mask_is_of_a_field_of_the_guide() -> None:
    assert {name for spec in KIND_SPECS.values() for names in spec.fields.values() for name in names} >= MASKABLE


def test_the_examples_are_right() -> None:
    assert doctest.testmod(field_masks).failed == 0
