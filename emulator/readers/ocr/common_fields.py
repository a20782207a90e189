"""What several documents have in common: how their numbers, dates and names are printed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple

from emulator.domain.readings import ReadField

if TYPE_CHECKING:
    from emulator.readers.ocr.page import Line, Page, Text

_RESIDENT_NUMBER = re.compile(r"(?<!\d)(\d{6}) ?[-–—~_.]? ?([0-9]\d{6}|[0-9][*＊]{6})(?!\d)")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d) ?[.,·] ?(\d{1,2}) ?[.,·] ?(\d{1,2})(?!\d)[.,·]?")
_NAME = re.compile(r"[^가-힣]*((?:[가-힣] ?){2,5})(?![가-힣])")

# Hangul is read by a syllable, and of one that is not clear the engine makes another: better none than that. Names that
# were read right come with 0.65 as often as with 0.75, so a higher floor drops more right ones than wrong ones.
_MIN_HANGUL_CONFIDENCE = 0.5
# The seal may stand between the day and the office, and be taken for a line.
_MAX_OFFICE_LINES = 2


class FoundField(NamedTuple):
    """A field and the line on which it stands."""

    line: Line
    field: ReadField


def resident_number(page: Page) -> FoundField | None:
    """Return the first resident number whose first six digits are a day; its check digit is not asked (facts)."""
    for line in page.lines:
        match = _RESIDENT_NUMBER.search(line.text)
        if match and _is_date(f"20{match[1]}", f"19{match[1]}"):
            return FoundField(line, line.field("residentNumber", f"{match[1]}-{match[2]}", span=match.span()))
    return None


def dates(lines: list[Line]) -> list[FoundField]:
    """Return the lines that hold one day, not a future one, written year first, as printed (``2015.3.2.``)."""
    found, today = [], f"{datetime.now(UTC):%Y%m%d}"
    for line in lines:
        matches = [match for match in _DATE.finditer(line.text) if _is_date(_ymd(match))]
        if len(matches) == 1 and _ymd(matches[0]) <= today:
            value = re.sub(r"[,·]", ".", matches[0][0].replace(" ", ""))
            found.append(FoundField(line, line.field("issueDate", value, span=matches[0].span())))
    return found


def korean_name(page: Page, line: Line, key: str) -> FoundField | None:
    """Return the Hangul name with which a line begins, or None without one that was read clearly."""
    text = page.hangul(line)
    match = _NAME.match(text.text)
    if match is None or match.start(1) > 2 or text.conf < _MIN_HANGUL_CONFIDENCE:
        return None
    return FoundField(line, line.field(key, match[1].replace(" ", ""), text, (match.start(1), match.end(1))))


def issue_date_and_office(page: Page) -> tuple[FoundField | None, FoundField | None]:
    """Return the day of issue and the office under it; of several days, the one that has an office.

    What lies under a card may have days of its own, and a term's two ends are none.
    """
    days = [day for day in dates(page.lines) if "~" not in day.line.text]
    for day in days:
        office = _office_below(page, day.line)
        if office:
            return day, office
    return (days[0] if len(days) == 1 else None), None


def _office_below(page: Page, under: Line) -> FoundField | None:
    """Return the office below a date: its title ends in 장, whatever the seal beside it was taken for."""
    for line in page.below(under)[:_MAX_OFFICE_LINES]:
        text = page.hangul(line)
        end = text.text.rfind("장") + 1
        if end > 3 and text.conf >= _MIN_HANGUL_CONFIDENCE:
            return FoundField(line, line.field("issuer", " ".join(text.text[:end].split()), text, (0, end)))
    return None


def resembles(text: Text, title: str) -> bool:
    """Tell whether most syllables of a title were read, in their order, and not many others."""
    syllables = re.sub(r"[^가-힣]", "", text.text)
    return _common_subsequence_length(syllables, title) >= 0.6 * max(len(title), len(syllables))


def _common_subsequence_length(text: str, title: str) -> int:
    """Length of the longest common subsequence; both are a few characters long."""
    row = [0] * (len(title) + 1)
    for character in text:
        last = 0
        for at, wanted in enumerate(title, 1):
            row[at], last = max(row[at], row[at - 1], last + (character == wanted)), row[at]
    return row[-1]


def _ymd(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2]:0>2}{match[3]:0>2}"


def _is_date(*candidates: str) -> bool:
    """Tell whether one of some YYYYMMDD texts is a day of the calendar."""
    for text in candidates:
        try:
            date(int(text[:4]), int(text[4:6]), int(text[6:8]))
        except ValueError:
            continue
        return True
    return False
