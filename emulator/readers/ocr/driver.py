"""The parser for driver's licences. Old ones print the region's name, new ones its number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emulator.domain.expected_claim import REGIONS
from emulator.domain.readings import DocumentReading
from emulator.readers.ocr import common_fields
from emulator.readers.ocr.hangul_names import korean_name
from emulator.readers.ocr.page import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emulator.readers.ocr.line import Line
    from emulator.readers.ocr.page import Page

TITLE = "자동차운전면허증"
# A licence around its number, whose characters are 1/41 of the licence wide. The photograph is to the left.
_LICENCE = Window(left=18, right=24, up=7.8, down=17.5)
_SEPARATOR = r" ?[-–—~_.] ?"
_NUMBER = re.compile(rf"(?:(?<!\d)(\d\d){_SEPARATOR})?(\d\d){_SEPARATOR}(\d{{6}}){_SEPARATOR}(\d\d)(?!\d)")
# Includes the characters that the Korean engine returns for 1 and 2 before 종.
_CLASS = re.compile(r"([12Il|\]}]) ?종 ?(대형견인차|소형견인차|구난차|대형|보통|소형|특수|원동기장치자전거|원자)")
_LETTERS = r"[A-Z](?: ?[,.，] ?[A-Z])*"
# The Latin engine reads the word 조건 as one or two other characters, and the Korean engine misreads the letters.
_LABELLED_CONDITION = re.compile(rf"[^A-Z\d]{{1,3}}[:：] ?({_LETTERS})")
_CONDITION = re.compile(rf"[:：]? ?({_LETTERS})")
# O and I do not occur: as read, they may be digits.
_SERIAL = re.compile(r"[A-HJ-NP-Z0-9]{5,6}")


def find(page: Page) -> DocumentReading | None:
    """Return a licence on a page, or None without title and number: many papers have the other fields."""
    licences = (_licence(page, number) for number in _numbers(page))
    return next((licence for licence in licences if licence), None)


def _licence(page: Page, number: common_fields.FoundField) -> DocumentReading | None:
    page = page.around(number.field.box, len(number.field.value), _LICENCE)
    if not any(common_fields.resembles(page.hangul(line), TITLE) for line in page.above(number.line)):
        return None
    resident = next(common_fields.resident_numbers(page), None)
    issued, office = common_fields.issue_date_and_office(page)
    parts = (
        number,
        _classes(page),
        _name(page, number.line, resident.line) if resident else None,
        resident,
        _condition(page),
        _serial(page, number.line),
        issued,
        office,
    )
    if sum(part is not None for part in parts) < 4:
        return None
    return DocumentReading("driver", tuple(part.field for part in parts if part))


def _numbers(page: Page) -> Iterator[common_fields.FoundField]:
    for line in page.lines:
        match = _NUMBER.search(line.text)
        if match is None:
            continue
        digits, span = f"{match[2]}-{match[3]}-{match[4]}", None
        if match[1]:
            digits, span = f"{match[1]}-{digits}", match.span()
        elif region := _region(page, line):
            digits = f"{region} {digits}"
        else:
            continue
        yield common_fields.FoundField(line, line.field("driverLicenseNumber", digits, span=span))


def _region(page: Page, line: Line) -> str | None:
    """Return the region before the number, also if it was detected as a separate line."""
    beside = [other for other in page.lines if other is not line and line in page.right_of(other)]
    for text in (page.hangul(one).text for one in (line, *beside[-1:])):
        for region in sorted(REGIONS, key=len, reverse=True):
            if text.replace(" ", "").startswith(region):
                return region
    return None


def _classes(page: Page) -> common_fields.FoundField | None:
    for line in page.lines:
        text = page.hangul(line)
        classes = list(_CLASS.finditer(text.text))
        if classes:
            value = "/".join(f"{'2' if match[1] == '2' else '1'}종{match[2]}" for match in classes)
            return common_fields.FoundField(
                line, line.field("licenseType", value, text, (classes[0].start(), classes[-1].end()))
            )
    return None


def _name(page: Page, licence: Line, resident: Line) -> common_fields.FoundField | None:
    """Return the name between both numbers. A name of two lines is left out: each is a part of it."""
    over = page.above(resident)
    between = over[: over.index(licence)] if licence in over else []
    return korean_name(page, between[0], "name", resident) if len(between) == 1 else None


def _condition(page: Page) -> common_fields.FoundField | None:
    """Return the letters after 조건. A licence without this word has no condition."""
    for line in page.lines:
        match = _LABELLED_CONDITION.fullmatch(line.text.strip())
        if match is None and page.hangul(line).text.startswith("조건"):
            match = re.search(rf"[:：] ?({_LETTERS})$", line.text)
        if match is None and page.hangul(line).text.startswith("조건"):
            line = next(iter(page.right_of(line)), line)
            match = _CONDITION.fullmatch(line.text.strip())
        if match:
            letters = ", ".join(re.findall("[A-Z]", match[1]))
            return common_fields.FoundField(line, line.field("condition", letters, span=match.span(1)))
    return None


def _serial(page: Page, number: Line) -> common_fields.FoundField | None:
    """Return the code under the photograph: the leftmost text of this form."""
    candidates = [
        line
        for line in page.lines
        if _SERIAL.fullmatch(line.text.strip()) and line.middle > number.middle and line.right < number.right
    ]
    if not candidates:
        return None
    line = min(candidates, key=lambda one: one.left)
    return common_fields.FoundField(line, line.field("serialNum", line.text.strip()))
