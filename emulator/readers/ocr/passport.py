"""The parser for passports: the machine readable zone, and the printed fields above it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from emulator.domain.readings import DocumentReading, ReadField
from emulator.readers.ocr import common_fields, mrz_line1, mrz_line2

if TYPE_CHECKING:
    from emulator.readers.ocr.page import Line, Page

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DATE = re.compile(r"(?<!\d)([0-3O]?\d) ?[^A-Z]{0,6}?([A-Z0-9]{3}) ?((?:19|20)\d\d)(?!\d)")
_MIN_VALID_CHECKS = 2


def find(page: Page) -> DocumentReading | None:
    """Return the passport on a page, or None without both lines of the machine readable zone."""
    zone = _zone(page)
    if zone is None:
        return None
    (upper, first), (lower, second) = zone
    surname, _, given = first[5:].rstrip("<").partition("<<")
    visual = [line for line in page.lines if line.middle < upper.middle and line is not upper]
    fields = [
        _printed(visual, upper, "passportType", first[:2].rstrip("<"), (0, 2)),
        _printed(visual, upper, "countryCode", first[2:5], (2, 5)),
        _printed(visual, lower, "passportNo", second.number, (0, 9)),
        _printed(visual, upper, "surName", surname.replace("<", " "), (5, 5 + len(surname))),
        _printed(visual, upper, "givenName", given.replace("<", " "), (7 + len(surname), 7 + len(surname + given))),
        _nationality(page, visual),
        *_dates(visual, lower, second),
        _printed(visual, lower, "sex", second.sex.replace("<", ""), (20, 21)),
        _korean_name(page, visual),
        _printed(visual, lower, "personalNo", second.personal_number, (28, 42)),
        upper.field("MRZ1", first),
        lower.field("MRZ2", second.text),
    ]
    return DocumentReading("passport", tuple(field for field in fields if field and field.value))


def _zone(page: Page) -> tuple[tuple[Line, str], tuple[Line, mrz_line2.MrzLine2]] | None:
    for lower in page.lines:
        if not mrz_line2.may_be_line_2(lower.text):
            continue
        second = _read_line_2(page, lower)
        if second is None:
            continue
        for upper in page.above(lower)[:2]:
            first = _read_line_1(page, upper, second) if mrz_line1.may_be_line_1(upper.text) else None
            if first:
                return (upper, first), (lower, second)
    return None


def _read_line_1(page: Page, line: Line, second: mrz_line2.MrzLine2) -> str | None:
    """Return line 1, corrected by the country in line 2 and by the names that are printed above.

    Line 1 has no check digits. The printed names have a more legible typeface: if both are nearly equal, the printed
    names are used.
    """
    surname, given = (_below_label(page, label) for label in ("surname", "givennames"))
    for text in page.readings(line):
        reading = mrz_line1.parse_line_1(text.text)
        if reading:
            expected = mrz_line1.build_line_1(reading[:2], second.country, surname, given)
            return mrz_line1.prefer_printed(reading, expected)
    return None


def _below_label(page: Page, label: str) -> str:
    lines = (page.below(line)[:1] for line in page.lines if label in line.text.lower().replace(" ", ""))
    return next((line.text.strip().upper() for under in lines for line in under), "")


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


def _printed(visual: list[Line], zone: Line, key: str, value: str, span: tuple[int, int]) -> ReadField:
    """Return a value of the zone, with the box of the printed line of the same text or, without one, of the zone."""
    bare = value.replace(" ", "")
    for line in visual:
        if bare and line.text.replace(" ", "").upper() == bare:
            # The zone has no hyphens, and fillers instead of spaces.
            return line.field(key, line.text.strip().upper() if " " in value else value)
    end = len(zone.text)
    return zone.field(key, value, span=(min(span[0], end - 1), max(min(span[1], end), 1)))


def _nationality(page: Page, visual: list[Line]) -> ReadField | None:
    for label in visual:
        if "nationality" in label.text.lower():
            for line in page.below(label)[:1]:
                return line.field("nationality", line.text.strip().upper())
    return None


def _korean_name(page: Page, visual: list[Line]) -> ReadField | None:
    for label in visual:
        if "korean" in label.text.lower().replace(" ", ""):
            for line in page.below(label)[:1]:
                found = common_fields.korean_name(page, line, "koreanName")
                return found.field if found else None
    return None


def _dates(visual: list[Line], zone: Line, second: mrz_line2.MrzLine2) -> list[ReadField]:
    """Return the dates as printed and as YYYYMMDD. Birth and expiry match the zone; issue is the remaining date."""
    printed = {}
    for line in visual:
        for match in _DATE.finditer(line.text.upper()):
            month = match[2].replace("0", "O").replace("1", "I")
            if month in MONTHS:
                day = match[1].replace("O", "0").zfill(2)
                ymd = f"{match[3]}{MONTHS.index(month) + 1:02d}{day}"
                printed[ymd] = (line, f"{day} {month} {match[3]}", match.span())
    born = next(
        (ymd for ymd in printed if ymd[2:] == second.birth_date), _century(second.birth_date) + second.birth_date
    )
    expires = next((ymd for ymd in printed if ymd[2:] == second.expiry_date), f"20{second.expiry_date}")
    issued = next((ymd for ymd in sorted(printed, reverse=True) if born < ymd < expires), "")
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
