from __future__ import annotations

import pytest

from emulator.readers.ocr import mrz_line1, mrz_line2
from emulator.readers.ocr.mrz_states import is_state, may_issue_to

FIRST = "PMKORHONG<<GIL<DONG".ljust(44, "<")
# ICAO 9303, part 4, appendix B
SECOND = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"


@pytest.mark.parametrize(
    ("field", "digit"), [("L898902C3", "6"), ("740812", "2"), ("120415", "9"), ("ZE184226B<<<<<", "1")]
)
def test_check_digits_match_the_standard(field: str, digit: str) -> None:
    assert mrz_line2.check_digit(field) == digit


def test_line_2_is_parsed() -> None:
    line = mrz_line2.parse_line_2(SECOND)
    assert line is not None
    assert (line.number, line.country, line.birth_date, line.sex) == ("L898902C3", "UTO", "740812", "F")
    assert (line.expiry_date, line.personal_number, line.valid_checks) == ("120415", "ZE184226B", 4)


@pytest.mark.parametrize(
    "read",
    [
        SECOND.replace("UTO", "UT0"),
        SECOND.replace("7408122", "74O8I22"),
        SECOND.replace("L898902C36", "L8989O2C36"),
        SECOND.replace("<<<<<", "<く《<<"),
        SECOND.replace("<<<<<", "<<<"),
        SECOND.replace("<<<<<", "<<<<<<<<<"),
        f" {SECOND[:20]} {SECOND[20:]}",
    ],
)
def test_engine_errors_in_line_2_are_corrected(read: str) -> None:
    line = mrz_line2.parse_line_2(read)
    assert line is not None
    assert line.text == SECOND


def test_an_error_without_a_similar_character_is_not_corrected() -> None:
    line = mrz_line2.parse_line_2(SECOND.replace("L898902C3", "L898907C3"))
    assert line is not None
    assert (line.number, line.valid_checks) == ("L898907C3", 2)


def test_the_printed_number_decides_if_the_check_digit_is_ambiguous() -> None:
    number = "Z878Z8625"
    read = f"287828625{mrz_line2.check_digit(number)}" + SECOND[10:]
    assert mrz_line2.check_digit("287828625") == mrz_line2.check_digit(number)
    alone, beside = mrz_line2.parse_line_2(read), mrz_line2.parse_line_2(read, {number})
    assert alone is not None
    assert beside is not None
    assert (alone.number, beside.number) == ("287828625", number)


def test_an_ambiguous_check_digit_corrects_nothing() -> None:
    digit = mrz_line2.check_digit("S11511777")
    assert digit == mrz_line2.check_digit("511S11777") != mrz_line2.check_digit("511511777")
    line = mrz_line2.parse_line_2(f"511511777{digit}" + SECOND[10:])
    assert line is not None
    assert line.number == "511511777"


def test_a_korean_passports_optional_data_starts_with_half_a_resident_number() -> None:
    line = mrz_line2.parse_line_2(SECOND.replace("UTO", "KOR").replace("ZE184226B<<<<<", "1234567V123456"))
    assert line is not None
    assert line.personal_number == "1234567"


@pytest.mark.parametrize("read", ["", SECOND[:30], FIRST, "A" * 44, "1" * 44, SECOND * 2])
def test_other_lines_are_not_line_2(read: str) -> None:
    assert mrz_line2.parse_line_2(read) is None


@pytest.mark.parametrize(
    "read",
    [
        FIRST,
        FIRST.replace("KOR", "K0R").replace("HONG", "H0NG"),
        FIRST[:40],
        FIRST + "<<<",
        FIRST[:30] + "く" * 14,
        FIRST[:-4] + "<K<C",
    ],
)
def test_line_1_has_only_letters_and_fillers(read: str) -> None:
    assert mrz_line1.parse_line_1(read) == FIRST


@pytest.mark.parametrize(
    "read", ["", FIRST[:20], SECOND, "X" + FIRST[1:], "THANK YOU FOR YOUR LETTER OF TODAY MY DEAR"]
)
def test_other_lines_are_not_line_1(read: str) -> None:
    assert mrz_line1.parse_line_1(read) is None


@pytest.mark.parametrize(
    "read",
    [
        pytest.param("PMKORNILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K", id="39 letters"),
        pytest.param("P<IND<<AHMADI".ljust(44, "<"), id="no surname"),
        pytest.param("P<INDAHMADI".ljust(44, "<"), id="no given name"),
        pytest.param("P<D<<MUSTERMANN<<ERIKA".ljust(44, "<"), id="Germany's code"),
        pytest.param("P<D<<<<ERIKA".ljust(44, "<"), id="Germany's code, no surname"),
    ],
)
def test_unusual_names_are_line_1(read: str) -> None:
    assert mrz_line1.may_be_line_1(read)
    assert mrz_line1.parse_line_1(read) == read


@pytest.mark.parametrize(
    "read",
    [
        pytest.param("PMKORNILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG", id="39 letters, the end is missing"),
        pytest.param(FIRST.replace("KOR", "KQR"), id="no state"),
        pytest.param("P<IND".ljust(44, "<"), id="no names"),
    ],
)
def test_incomplete_or_misread_lines_are_not_line_1(read: str) -> None:
    assert mrz_line1.parse_line_1(read) is None


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(SECOND.replace("UTO", "UTQ"), id="no state"),
        pytest.param(SECOND.replace("7408122", f"740231{mrz_line2.check_digit('740231')}"), id="31 February"),
        pytest.param(SECOND.replace("1204159", f"121315{mrz_line2.check_digit('121315')}"), id="month 13"),
    ],
)
def test_a_line_2_with_an_impossible_value_is_refused(read: str) -> None:
    assert mrz_line2.parse_line_2(read) is None


@pytest.mark.parametrize(
    ("state", "nationality", "expected"),
    [("KOR", "KOR", True), ("KOR", "PRK", False), ("GBR", "GBD", True), ("FRA", "XXB", True), ("UNO", "KOR", True)],
)
def test_a_state_issues_passports_to_its_nationals_and_to_persons_without_a_state(
    state: str, nationality: str, expected: bool
) -> None:
    assert may_issue_to(state, nationality) is expected


@pytest.mark.parametrize(
    ("code", "expected"), [("KOR", True), ("D<<", True), ("RKS", True), ("XXA", True), ("DEU", True), ("KQR", False)]
)
def test_codes_are_those_of_iso_3166_and_icao(code: str, expected: bool) -> None:
    assert is_state(code) is expected


@pytest.mark.parametrize("read", ["HONG<<GILDNG", "HONG<<GIL<DQNG", "H0NG<<GIL<DONGG"])
def test_printed_names_correct_small_errors_that_a_second_reading_does_not_have(read: str) -> None:
    printed = mrz_line1.build_line_1("PM", "KOR", "HONG", "GIL DONG")
    assert printed == FIRST
    line = f"PMKOR{read}".ljust(44, "<")
    assert mrz_line1.prefer_printed(line, printed, [line, FIRST]) == FIRST
    assert mrz_line1.prefer_printed(line, printed, [line]) == line


def test_printed_names_that_lost_a_letter_correct_nothing() -> None:
    for name in ("GIL DON", "GL DONG", "GIL D0NC"):
        assert mrz_line1.prefer_printed(FIRST, mrz_line1.build_line_1("PM", "KOR", "HONG", name), [FIRST]) == FIRST


def test_printed_names_have_the_gap_that_the_zone_lost() -> None:
    line = "PMKORHONG<<GILDONG".ljust(44, "<")
    assert mrz_line1.prefer_printed(line, FIRST, []) == FIRST


def test_different_printed_names_correct_nothing() -> None:
    other = mrz_line1.build_line_1("PM", "KOR", "KIM", "GIL DONG")
    assert mrz_line1.prefer_printed(FIRST, other, [other]) == FIRST
    assert mrz_line1.prefer_printed(FIRST, mrz_line1.build_line_1("PM", "KOR", "HONG", "GILDONG"), []) == FIRST
