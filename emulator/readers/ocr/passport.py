"""The parser for passports: the machine readable zone, and the printed fields above it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from emulator.domain.readings import DocumentReading, ReadField
from emulator.readers.ocr import mrz_line1, mrz_line2
from emulator.readers.ocr.hangul_names import korean_name
from emulator.readers.ocr.mrz_states import may_issue_to
from emulator.readers.ocr.page import Window
from emulator.readers.ocr.passport_print import PrintedNames, below_label, printed_dates, printed_field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emulator.readers.ocr.line import Line
    from emulator.readers.ocr.page import Page

_MIN_VALID_CHECKS = 2
# A data page around line 2, of 44 characters. Line 1 and the printed fields are above.
_DATA_PAGE = Window(left=3, right=44, up=30, down=1)


def find(page: Page) -> DocumentReading | None:
    """Return a passport on a page, or None without both lines of the machine readable zone."""
    for lower in page.lines:
        if mrz_line2.may_be_line_2(lower.text):
            local = page.around(lower.box, len(lower.text), _DATA_PAGE)
            passport = _passport(local, lower)
            if passport:
                return passport
    return None


def _passport(page: Page, lower: Line) -> DocumentReading | None:
    second = _read_line_2(page, lower)
    uppers = [line for line in page.above(lower)[:2] if mrz_line1.may_be_line_1(line.text)] if second else []
    for upper in uppers:
        visual = [line for line in page.lines if line.middle < upper.middle and line is not upper]
        names = PrintedNames(below_label(page, visual, "surname"), below_label(page, visual, "givennames"))
        first = _read_line_1(page, upper, second, names) if second else None
        if second and first and may_issue_to(first[2:5], second.country):
            fields = [
                *_names(page, visual, upper, first, names),
                *_others(page, visual, (upper, first), (lower, second)),
            ]
            return DocumentReading("passport", tuple(field for field in fields if field and field.value))
    return None


def _others(
    page: Page, visual: list[Line], upper: tuple[Line, str], lower: tuple[Line, mrz_line2.MrzLine2]
) -> Iterator[ReadField | None]:
    """Yield the fields other than names. What check digits contradict is left out."""
    (upper_line, first), (lower_line, second) = upper, lower
    yield printed_field(visual, upper_line, "passportType", first[:2].rstrip("<"), (0, 2))
    yield printed_field(visual, upper_line, "countryCode", first[2:5].rstrip("<"), (2, 5))
    if "number" in second.valid:
        yield printed_field(visual, lower_line, "passportNo", second.number, (0, 9))
    nationality = below_label(page, visual, "nationality")
    if nationality:
        yield nationality.field("nationality", nationality.text.strip().upper())
    yield from _dates(visual, lower_line, second)
    yield printed_field(visual, lower_line, "sex", second.sex.replace("<", ""), (20, 21))
    yield _korean_name(page, visual)
    if "composite" in second.valid:
        yield printed_field(visual, lower_line, "personalNo", second.personal_number, (28, 42))
    if second.valid_checks == mrz_line2.CHECK_COUNT:
        yield lower_line.field("MRZ2", second.text)


def _names(page: Page, visual: list[Line], upper: Line, first: str, printed: PrintedNames) -> Iterator[ReadField]:
    """Yield the names and line 1, or nothing if the names that are printed above are others.

    Names that fill the line may be cut off. The printed name is whole. What it has beyond the line is read twice.
    """
    surname, _, given = first[5:].rstrip("<").partition("<<")
    if printed.contradict(first):
        return
    whole = printed.given if printed.given and not first.endswith("<") else None
    if whole and len(_bare(whole.text)) > len(given.replace("<", "")):
        _, *again = page.readings(whole)
        whole = whole if any(_bare(text.text) == _bare(whole.text) for text in again) else None
    yield printed_field(visual, upper, "surName", surname.replace("<", " "), (5, 5 + len(surname)))
    if whole:
        yield whole.field("givenName", whole.text.strip().upper())
    elif first.endswith("<"):
        start = 7 + len(surname)
        yield printed_field(visual, upper, "givenName", given.replace("<", " "), (start, start + len(given)))
    yield upper.field("MRZ1", first)


def _bare(name: str) -> str:
    return name.upper().replace(" ", "")


def _read_line_1(page: Page, line: Line, second: mrz_line2.MrzLine2, printed: PrintedNames) -> str | None:
    """Return line 1, corrected by the country in line 2 and by the names that are printed above.

    Line 1 has no check digits. The printed names have a more legible typeface: if both are nearly equal, the printed
    names are used.
    """
    readings = (reading for text in page.readings(line) if (reading := mrz_line1.parse_line_1(text.text)))
    first = next(readings, None)
    return first and mrz_line1.prefer_printed(first, printed.line_1(first[:2], second.country), readings)


def _read_line_2(page: Page, line: Line) -> mrz_line2.MrzLine2 | None:
    """Return the reading with the most valid check digits, or None if they are too few."""
    best, printed = None, {other.text.replace(" ", "") for other in page.lines}
    for text in page.readings(line):
        reading = mrz_line2.parse_line_2(text.text, printed)
        if reading and (best is None or reading.valid_checks > best.valid_checks):
            best = reading
        if best and best.valid_checks == mrz_line2.CHECK_COUNT:
            return best
    return best if best and best.valid_checks >= _MIN_VALID_CHECKS else None


def _korean_name(page: Page, visual: list[Line]) -> ReadField | None:
    for label in visual:
        if "korean" in label.text.lower().replace(" ", ""):
            for line in page.below(label)[:1]:
                found = korean_name(page, line, "koreanName", label) if line in visual else None
                return found.field if found else None
    return None


def _dates(visual: list[Line], zone: Line, second: mrz_line2.MrzLine2) -> list[ReadField]:
    """Return the dates as printed and as YYYYMMDD. Birth and expiry match the zone; issue is the remaining date.

    A date of the zone with a wrong check digit is one only if it is also printed.
    """
    printed = {ymd: place for line in visual for ymd, place in printed_dates(line)}
    born = next((ymd for ymd in printed if ymd[2:] == second.birth_date), "")
    expires = next((ymd for ymd in printed if ymd[2:] == second.expiry_date), "")
    if not born and "birth" in second.valid:
        born = _century(second.birth_date) + second.birth_date
    if not expires and "expiry" in second.valid:
        expires = f"20{second.expiry_date}"
    between = [ymd for ymd in printed if born < ymd < expires]
    issued = between[0] if born and len(between) == 1 else ""
    fields = []
    for key, ymd, place in (("dateOfBirth", born, 13), ("dateOfIssue", issued, 0), ("dateOfExpiry", expires, 21)):
        if ymd in printed:
            line, text, span = printed[ymd]
            fields += [line.field(key, text, span=span), line.field(f"{key}YMD", ymd, span=span)]
        elif ymd:
            fields.append(zone.field(f"{key}YMD", ymd, span=(place, min(place + 6, len(zone.text)))))
    return fields


def _century(yymmdd: str) -> str:
    """Return the century of a date of birth, which is not in the future."""
    return "20" if f"20{yymmdd}" <= f"{datetime.now(UTC):%Y%m%d}" else "19"
