"""Fields that several documents have: resident numbers, dates, names and issuing offices."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from emulator.domain.readings import ReadField

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emulator.readers.ocr.line import Line, Text
    from emulator.readers.ocr.page import Page

_RESIDENT_NUMBER = re.compile(r"(?<!\d)(\d{6}) ?[-–—~_.]? ?([0-9]\d{6}|[0-9][*＊]{6})(?!\d)")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d) ?[.,·] ?(\d{1,2}) ?[.,·] ?(\d{1,2})(?!\d)[.,·]?")

_OFFICE = re.compile(r"[가-힣][가-힣 ]+장")

# For an unclear syllable, the engine returns another one. A missing field is better than a wrong one. Correct names
# have a confidence of 0.65 as often as 0.75, so a higher minimum would drop more correct names than wrong ones.
MIN_HANGUL_CONFIDENCE = 0.5
# The engine may detect the seal between date and office as a line.
_MAX_OFFICE_LINES = 2


class FoundField(NamedTuple):
    """A field and its line."""

    line: Line
    field: ReadField


def resident_numbers(page: Page) -> Iterator[FoundField]:
    """Yield the resident numbers that start with a date. The check digit is not checked (facts)."""
    for line in page.lines:
        match = _RESIDENT_NUMBER.search(line.text)
        if match and is_date(f"20{match[1]}", f"19{match[1]}"):
            yield FoundField(line, line.field("residentNumber", f"{match[1]}-{match[2]}", span=match.span()))


def dates(lines: list[Line]) -> list[FoundField]:
    """Return the lines with exactly one date, which is not in the future, as printed (``2015.3.2.``)."""
    found, today = [], f"{datetime.now(UTC):%Y%m%d}"
    for line in lines:
        matches = [match for match in _DATE.finditer(line.text) if is_date(_ymd(match))]
        if len(matches) == 1 and _ymd(matches[0]) <= today:
            value = re.sub(r"[,·]", ".", matches[0][0].replace(" ", ""))
            found.append(FoundField(line, line.field("issueDate", value, span=matches[0].span())))
    return found


def issue_date_and_office(page: Page) -> tuple[FoundField | None, FoundField | None]:
    """Return the date of issue and the office below it. Of several dates, return the one with an office.

    Other dates may belong to a paper under the card, or be the ends of a term.
    """
    days = [day for day in dates(page.lines) if "~" not in day.line.text]
    for day in days:
        office = _office_below(page, day.line)
        if office:
            return day, office
    return (days[0] if len(days) == 1 else None), None


def _office_below(page: Page, under: Line) -> FoundField | None:
    """Return the office below a date. Its title ends in 장; the text after it comes from the seal."""
    for line in page.below(under)[:_MAX_OFFICE_LINES]:
        text = page.hangul(line)
        office = _office(text.text)
        same = partial(_is_office, office)
        if office and text.conf >= MIN_HANGUL_CONFIDENCE and page.confirms_hangul(line, same):
            end = text.text.rfind("장") + 1
            return FoundField(line, line.field("issuer", office, text, (0, end)))
    return None


def _office(text: str) -> str:
    """Return the office in a text that begins with it, or an empty text."""
    match = _OFFICE.match(text)
    return " ".join(match[0].split()) if match else ""


def _is_office(office: str, text: str) -> bool:
    return _office(text).replace(" ", "") == office.replace(" ", "")


def resembles(text: Text, title: str) -> bool:
    """Return whether a text has most syllables of a title in order, and few others."""
    syllables = re.sub(r"[^가-힣]", "", text.text)
    return _common_subsequence_length(syllables, title) >= 0.6 * max(len(title), len(syllables))


def _common_subsequence_length(text: str, title: str) -> int:
    """Return the length of the longest common subsequence of two short texts."""
    row = [0] * (len(title) + 1)
    for character in text:
        last = 0
        for at, wanted in enumerate(title, 1):
            row[at], last = max(row[at], row[at - 1], last + (character == wanted)), row[at]
    return row[-1]


def _ymd(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2]:0>2}{match[3]:0>2}"


def is_date(*candidates: str) -> bool:
    """Return whether one of the YYYYMMDD texts is a date."""
    for text in candidates:
        try:
            date(int(text[:4]), int(text[4:6]), int(text[6:8]))
        except ValueError:
            continue
        return True
    return False
