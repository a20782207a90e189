"""The parser for resident registration cards: title, name above the number, date above the office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.domain.readings import DocumentReading
from emulator.readers.ocr import common_fields

if TYPE_CHECKING:
    from emulator.readers.ocr.page import Line, Page

TITLE = "주민등록증"


def find(page: Page) -> DocumentReading | None:
    """Return the card on a page, or None without title and number: many papers have the other fields."""
    number = common_fields.resident_number(page)
    if number is None:
        return None
    over = page.above(number.line)
    titled = any(common_fields.resembles(page.hangul(line), TITLE) for line in over)
    name = _name(page, over, number.line)
    issued, office = common_fields.issue_date_and_office(page)
    if not titled or not (name or office):
        return None
    parts = (name, number, issued, office)
    return DocumentReading("resident", tuple(part.field for part in parts if part))


def _name(page: Page, over: list[Line], number: Line) -> common_fields.FoundField | None:
    for line in over:
        if common_fields.resembles(page.hangul(line), TITLE):
            return None
        if line.left > number.left + 2 * number.height:
            continue  # the name in Chinese characters, to the right of the name in Hangul
        found = common_fields.korean_name(page, line, "name")
        if found:
            return found
    return None
