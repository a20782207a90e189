"""The parser for resident registration cards: title, name above the number, date above the office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.domain.readings import DocumentReading
from emulator.readers.ocr import common_fields
from emulator.readers.ocr.hangul_names import korean_name
from emulator.readers.ocr.page import Window

if TYPE_CHECKING:
    from emulator.readers.ocr.line import Line
    from emulator.readers.ocr.page import Page

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
    """Return the name between title and number. A name of two lines is left out: each is a part of it."""
    between: list[Line] = []
    for line in over:
        if common_fields.resembles(page.hangul(line), TITLE):
            break
        if line.left <= number.left + 2 * number.height:  # otherwise a name in Chinese characters
            between.append(line)
    return korean_name(page, between[0], "name", number) if len(between) == 1 else None
