from __future__ import annotations

from itertools import pairwise

import pytest

from emulator.readers.ocr import credit_card
from tests.emulator.readers.ocr.pages import line, page, values


def groups(found: object) -> list[str]:
    fields = getattr(found, "fields", ())
    return [field.value for field in fields if field.key == "cardNum"]


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ("4111 1111 1111 1111", ["4111", "1111", "1111", "1111"]),
        ("4111111111111111", ["4111", "1111", "1111", "1111"]),
        ("4111-1111-1111-1111", ["4111", "1111", "1111", "1111"]),
        ("4lll 1111 11I1 1111", ["4111", "1111", "1111", "1111"]),
        ("3782 822463 10005", ["3782", "822463", "10005"]),
    ],
)
def test_a_number_in_one_line_is_split_into_groups(read: str, expected: list[str]) -> None:
    assert groups(credit_card.find(page(line(read, 80, 300)))) == expected


def test_each_group_has_its_own_box() -> None:
    found = credit_card.find(page(line("4111 1111 1111 1111", 80, 300)))
    assert found is not None
    edges = [(field.box[0][0], field.box[1][0]) for field in found.fields]
    assert all(left < right for left, right in edges)
    assert all(before[1] <= after[0] for before, after in pairwise(edges))


def test_separately_detected_groups_are_joined() -> None:
    numbers = ("5555", "5555", "5555", "4444")
    row = [line(group, 80 + 150 * at, 300) for at, group in enumerate(numbers)]
    column = [line(group, 80, 300 + 70 * at) for at, group in enumerate(numbers)]
    expiry = line("03/32", 80, 550)
    for lines in (row, column):
        assert groups(credit_card.find(page(*lines, expiry))) == list(numbers)
        # Tables also have rows and columns of digits.
        assert credit_card.find(page(*lines)) is None


def test_lines_with_incomplete_groups_are_not_joined() -> None:
    expiry = line("03/32", 80, 550)
    halves = [line("41111111", 80, 300), line("11111111", 320, 300)]
    assert groups(credit_card.find(page(*halves, expiry))) == ["41111111", "11111111"]
    amex = [line("37828224", 80, 300), line("6310005", 320, 300)]
    assert credit_card.find(page(*amex, expiry)) is None


def test_a_table_of_numbers_is_not_a_card() -> None:
    table = [line("4111 1111 1111 1111", 80, 100 + 60 * row) for row in range(8)]
    assert credit_card.find(page(*table[:7])) is not None
    assert credit_card.find(page(*table)) is None


@pytest.mark.parametrize(
    "read",
    [
        pytest.param("356938035643809", id="a telephone's 15 digits"),
        pytest.param("79927398713000", id="14 digits"),
        pytest.param("1000 0000 0000 0008", id="no network's"),
        pytest.param("4111 1111 1111 111", id="one digit short"),
    ],
)
def test_a_number_of_no_network_is_not_a_card(read: str) -> None:
    assert credit_card.find(page(line(read, 80, 300))) is None


def test_luhn_selects_between_two_readings() -> None:
    number = line("4111 1111 1111 1117", 80, 300)
    found = credit_card.find(page(number, again={number: ["4111 1111 1111 1177", "4111 1111 1111 1111"]}))
    assert groups(found) == ["4111", "1111", "1111", "1111"]


def test_luhn_never_corrects_a_digit() -> None:
    number = line("4111 1111 1111 1117", 80, 300)
    assert credit_card.find(page(number, again={number: ["4111 1111 1111 1177"]})) is None


def test_a_number_that_fails_luhn_needs_two_confident_equal_readings() -> None:
    sure, unsure = (line("1234 5678 9012 3456", 80, 300, conf=conf) for conf in (0.99, 0.6))
    assert groups(credit_card.find(page(sure, again={sure: ["1234 5678 9012 3456"]}))) == [
        "1234",
        "5678",
        "9012",
        "3456",
    ]
    assert credit_card.find(page(unsure, again={unsure: ["1234 5678 9012 3456"]})) is None


def test_a_number_that_reads_better_upside_down_is_refused() -> None:
    assert credit_card.find(page(line("4111 1111 1111 1111", 80, 300), upside_down=0.97)) is None


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ("03/32", "03/32"),
        ("VALID THRU 03132", "03/32"),
        ("VALID THRU 12/29", "12/29"),
        ("01/21-04/28", "04/28"),
        ("04 / 28", "04/28"),
    ],
)
def test_the_expiry_is_a_month_and_a_year(read: str, expected: str) -> None:
    found = credit_card.find(page(line("4111 1111 1111 1111", 80, 300), line(read, 80, 400)))
    assert values(found)["validThru"] == expected


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ("VALID FROM 05/23 VALID THRU 04/28", "04/28"),
        ("FROM 05/23 - 04/28", "04/28"),
        ("VALIDFROM05/30THRU04/28", "04/28"),
        ("VALIDTHRL 04/28", "04/28"),
        ("EXPIRES END 04/28", "04/28"),
        ("GOOD THRU 04/28 CVC 123", "04/28"),
        ("VALID FROM 05/23", ""),
        ("MEMBER SINCE 05/21", ""),
        ("04/28 MEMBER SINCE", ""),
        ("ISSUED 05/23", ""),
        ("SALE 11/24", ""),
        ("VALID UNTIL 11/24 5% OFF", ""),
        ("OFFER VALID UNTIL 11/24", ""),
        ("TEL 02/34-5678", ""),
        ("02/34-5678", ""),
        ("1588 02/34", ""),
        ("06132", ""),
    ],
)
def test_a_month_is_the_expiry_by_its_label(read: str, expected: str) -> None:
    found = credit_card.find(page(line("4111 1111 1111 1111", 80, 300), line(read, 80, 400)))
    assert values(found).get("validThru", "") == expected


def test_labels_may_be_lines_of_their_own() -> None:
    number = line("4111 1111 1111 1111", 80, 300)
    since = [line("MEMBER", 80, 400, size=20), line("SINCE", 80, 425, size=20), line("05/31", 160, 403)]
    thru = [line("VALID", 400, 400, size=20), line("THRU", 400, 425, size=20), line("04/28", 480, 403)]
    over = [line("VALID THRU", 400, 400, size=20), line("04/28", 400, 430)]
    other = [line("VALID FROM", 80, 400, size=20), line("05/31", 80, 430)]
    for lines, expected in (([*since, *thru], "04/28"), ([*other, *over], "04/28"), (since, ""), (other, "")):
        assert values(credit_card.find(page(number, *lines))).get("validThru", "") == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (("VALID", "THRU"), "10/32"),
        (("GOOD", "THRU"), "10/32"),
        (("VALID", ""), ""),
        (("VALID", "FROM"), ""),
        (("MEMBER", "SINCE"), ""),
        (("EXP", "YAR"), ""),
        (("YAR", "YAR"), ""),
    ],
)
def test_a_label_in_two_rows_of_small_print_is_read_row_by_row(rows: tuple[str, str], expected: str) -> None:
    number = line("4111 1111 1111 1111", 80, 300)
    in_its_line = page(number, line("YAR 10132", 80, 400), rows=rows)
    beside = page(number, line("YAR", 80, 400), line("10132", 180, 400), rows=rows)
    for card in (in_its_line, beside):
        assert values(credit_card.find(card)).get("validThru", "") == expected


def test_the_latest_of_several_months_without_labels_is_the_expiry() -> None:
    number, months = line("4111 1111 1111 1111", 80, 300), [line("04/28", 80, 400), line("05/23", 400, 400)]
    assert values(credit_card.find(page(number, *months)))["validThru"] == "04/28"


def test_two_different_labelled_months_are_no_expiry() -> None:
    number = line("4111 1111 1111 1111", 80, 300)
    months = [line("VALID THRU 04/28", 80, 400), line("VALID THRU 05/29", 80, 460)]
    assert "validThru" not in values(credit_card.find(page(number, *months)))


def test_the_month_of_another_card_is_not_the_expiry() -> None:
    number = line("4111 1111 1111 1111", 80, 300)
    for other in (line("5555 5555 5555 4444", 700, 300), line("1234 5678 9012 3456", 700, 320)):
        beside = page(number, other, line("VALID THRU 04/28", 750, 400))
        assert "validThru" not in values(credit_card.find(beside))
    assert "validThru" not in values(credit_card.find(page(number, line("VALID THRU 04/28", 80, 690))))


def test_the_groups_of_two_cards_are_not_joined() -> None:
    row = [line(group, left, 300) for group, left in (("4111", 80), ("1111", 230), ("1111", 480), ("1111", 630))]
    assert credit_card.find(page(*row, line("03/32", 80, 400))) is None


@pytest.mark.parametrize("read", ["13/32", "00/32", "031232", "12/2", "CVC 123"])
def test_a_text_without_a_month_is_not_an_expiry(read: str) -> None:
    found = credit_card.find(page(line("4111 1111 1111 1111", 80, 300), line(read, 80, 400)))
    assert "validThru" not in values(found)


@pytest.mark.parametrize(
    "read", ["800101-1234567", "11-38-123456-78", "010-1234-5678", "****-****-****-1111", "2025.01.04 14:45", "hello"]
)
def test_other_numbers_are_not_cards(read: str) -> None:
    number = line(read, 80, 300)
    assert credit_card.find(page(number, again={number: [read, read]})) is None


def test_a_month_far_from_the_number_is_not_its_expiry() -> None:
    found = credit_card.find(page(line("4111 1111 1111 1111", 80, 300), line("12/29", 80, 800)))
    assert "validThru" not in values(found)
