"""The parser for credit cards: the groups of the number, and the month of expiry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate, pairwise, product
from typing import TYPE_CHECKING

from stdnum import luhn

from emulator.domain.readings import DocumentReading, ReadField
from emulator.readers.ocr.card_expiry import find_expiry
from emulator.readers.ocr.line import Text

if TYPE_CHECKING:
    from emulator.readers.ocr.line import Line
    from emulator.readers.ocr.page import Page

# The groups of a number, by its length.
_GROUPS = {14: (4, 6, 4), 15: (4, 6, 5), 16: (4, 4, 4, 4), 19: (4, 4, 4, 4, 3)}
_LETTERS = str.maketrans("OoDQIl|!SBZz", "000011115822")
_FOUR_BY_FOUR = re.compile(r"\d{4}(?:[ -]\d{4}){3}")
_MIN_CONFIDENCE = 0.9
# The maximum gap between groups in a row and in a column, in heights of a group. Two cards are further apart.
_MAX_GAP, _MAX_PITCH = 1.8, 2.2
# A card has the number in up to four lines, its first digits in small print and a phone number. A table has more.
_MAX_DIGIT_LINES = 7
# The first digits of the networks' numbers, by length (ISO/IEC 7812). 9 is for national cards.
_PREFIXES = {
    14: re.compile("3[0689]"),
    15: re.compile("3[47]"),
    16: re.compile("22[2-9]|2[3-6]|27[01]|2720|35|4|5[0-8]|6|9"),
    19: re.compile("4|5[0-8]|6"),
}


def find(page: Page) -> DocumentReading | None:
    """Return the card on a page, or None without a card number."""
    for lines in _candidates(page):
        groups = _number(page, lines)
        expiry = find_expiry(page, lines) if groups else None
        if len(lines) > 1 and not expiry:
            continue  # tables have rows and columns of digits, and one in ten has a valid Luhn digit
        # Some digits are also digits upside down, and one wrong number in ten has a valid Luhn digit.
        upright = groups and all(page.read_upside_down(line).conf < line.latin.conf for line in lines)
        if groups and upright:
            return DocumentReading("credit-card", (*groups, expiry) if expiry else groups)
    return None


def _candidates(page: Page) -> Iterator[list[Line]]:
    """Yield single lines, rows and columns of lines with as many digits as a card number."""
    digits = [line for line in page.lines if len(_digits(line.text)) >= 4]
    if len(digits) > _MAX_DIGIT_LINES:
        return
    for line in digits:
        if len(_digits(line.text)) in _GROUPS:
            yield [line]
    for line in digits:
        for others in (page.right_of(line), page.below(line)):
            near = [other for other in others if other in digits and 0.7 < other.height / line.height < 1.4]
            for count in (2, 3, 4):
                together = [line, *near[: count - 1]]
                if len(together) == count and _are_together(together):
                    yield together


def _are_together(lines: list[Line]) -> bool:
    """Return whether lines in a row or column are near enough to be the groups of one number."""
    for line, following in pairwise(lines):
        gap, pitch = following.left - line.right, following.middle - line.middle
        if gap > _MAX_GAP * line.height or (gap < 0 and pitch > _MAX_PITCH * line.height):
            return False
    return _are_groups([len(_digits(line.text)) for line in lines])


def _are_groups(sizes: list[int]) -> bool:
    """Return whether lines with these numbers of digits consist of complete groups of a card number."""
    ends = set(accumulate(_GROUPS.get(sum(sizes), ())))
    return bool(ends) and ends.issuperset(accumulate(sizes))


def _is_number(digits: str) -> bool:
    prefix = _PREFIXES.get(len(digits))
    return bool(prefix and prefix.match(digits)) and luhn.is_valid(digits)


def _digits(text: str) -> str:
    """Return the digits of a line, or an empty text if the line has other characters."""
    bare = re.sub(r"[ .\-–—·]", "", text).translate(_LETTERS)
    return bare if bare.isdecimal() and bare.isascii() else ""


def _number(page: Page, lines: list[Line]) -> tuple[ReadField, ...] | None:
    """Return the first reading with a valid Luhn digit, or four groups on which two confident readings agree.

    The Luhn digit selects a reading. It never corrects a digit.
    """
    first = [line.latin for line in lines]
    if _is_number("".join(_digits(text.text) for text in first)):
        return _fields(lines, first)
    readings = [list(page.readings(line)) for line in lines]
    for choice in product(*readings):
        number = "".join(_digits(text.text) for text in choice)
        if _is_number(number):
            return _fields(lines, list(choice))
    if len(lines) > 1:
        return None
    agreed = _digits(first[0].text) in [_digits(text.text) for text in readings[0][1:]]
    grouped = _FOUR_BY_FOUR.fullmatch(first[0].text.strip())
    return _fields(lines, first) if agreed and grouped and first[0].conf >= _MIN_CONFIDENCE else None


def _fields(lines: list[Line], texts: list[Text]) -> tuple[ReadField, ...]:
    if len(lines) > 1:
        return tuple(line.field("cardNum", _digits(text.text), text) for line, text in zip(lines, texts, strict=True))
    line, text = lines[0], texts[0]
    places = [at for at, character in enumerate(text.text) if _digits(character)]
    fields, done = [], 0
    for size in _GROUPS[len(places)]:
        group = places[done : done + size]
        span = (group[0], group[-1] + 1)
        fields.append(line.field("cardNum", _digits(text.text[span[0] : span[1]]), text, span))
        done += size
    return tuple(fields)
