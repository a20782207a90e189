"""The parser for resident registration cards: title, name above the number, date above the office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.domain.readings import DocumentReading
from emulator.readers.ocr import common_fields
from emulator.readers.ocr.page import Window

if TYPE_CHECKING:
    from emulator.readers.ocr.page import Line, Page

TITLE = "주민등록증"
# A card around its number, whose characters are 1/38 of the card wide: title above, date and office below.
_CARD = Window(left=4, right=30, up=9.8, down=14)


def find(page: Page) -> DocumentReading | None:
    """Return a card on a page, or None without title and number: many papers have the other fields."""
    cards = (_card(page, number) for number in common_fields.resident_numbers(page))
    return next((card for card in cards if card), None)


def _card(page: Page, number: common_fields.FoundField) -> DocumentReading | None:
    page = page.around(number.field.box, len(number.field.value), _CARD)
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
