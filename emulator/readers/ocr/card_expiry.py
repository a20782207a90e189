"""The month of expiry on a credit card, told from other months by what is printed beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from emulator.readers.ocr.card_labels import Label, is_expiry_in_two_rows, meaning
from emulator.readers.ocr.page import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emulator.domain.readings import ReadField
    from emulator.readers.ocr.line import Line
    from emulator.readers.ocr.page import Page

# The engine sometimes reads the slash as 1: MM1YY.
_MONTH = re.compile(r"(?<![\d/])(0[1-9]|1[0-2]) ?([/1Il|]) ?([2-9]\d)(?![\d/])")
# A card around its number, in widths of the number's characters.
_CARD = Window(left=2, right=36, up=7.5, down=10)
# How far a label may be from its month, in heights of the month: beside it, and above or below.
_BESIDE, _STACKED = 3.0, 1.2


class _Month(NamedTuple):
    line: Line
    field: ReadField
    label: Label


def find_expiry(page: Page, number: list[Line]) -> ReadField | None:
    """Return the month of expiry near a number, or None without a clear one.

    It has its label before it, beside it or above it; of several months without a label, it is the latest. A month
    among other words is none: these are telephone numbers, promotions and the like.
    """
    card = _around(page, number)
    months = [month for line in card.lines if line not in number for month in _months(card, line)]
    labelled = [month.field for month in months if month.label == "expiry"]
    if len({field.value for field in labelled}) > 1:
        return None
    fields = labelled or [month.field for month in months if month.label == "none"]
    return max(fields, key=lambda field: (field.value[3:], field.value[:2]), default=None)


def _around(page: Page, number: list[Line]) -> Page:
    """Return the card's lines. A number to the right of the card's own belongs to another card."""
    first, last = number[0], number[-1]
    in_row = abs(first.middle - last.middle) < first.height
    characters = sum(len(line.text.strip()) + 1 for line in number) - 1 if in_row else len(last.text.strip())
    end = min(
        (line.left for line in page.lines if line.left > last.right and re.fullmatch(r"[\d -]{4,}", line.text.strip())),
        default=float("inf"),
    )
    card = page.around([(first if in_row else last).box[0], last.box[1]], characters, _CARD)
    return card.of([line for line in card.lines if line.left < end])


def _months(page: Page, line: Line) -> Iterator[_Month]:
    """Yield the months of a line with their labels."""
    matches = list(_MONTH.finditer(line.text))
    if not matches:
        return
    tail = meaning(page, line, line.text[matches[-1].end() :])
    label: Label = "none"
    end = 0
    for match in matches:
        before = meaning(page, line, line.text[end : match.start()])
        if before == "unknown" and not end and is_expiry_in_two_rows(page, line.up_to(line.place(match.start()))):
            before = "expiry"
        # In FROM 05/23-04/28, the second month is the end of the term.
        label = before if before != "none" or label != "unknown" else label
        field = line.field("validThru", f"{match[1]}/{match[3]}", span=match.span())
        if label == "none":
            label = _nearby_label(page, line, field)
        if tail in {"other", "unknown"}:
            label = tail
        if match[2] == "/" or label == "expiry":
            yield _Month(line, field, label)
        end = match.end()


def _nearby_label(page: Page, line: Line, month: ReadField) -> Label:
    """Return the meaning of the texts to the left of a month, else of those above it, else of those below it."""
    (left, top), (right, _), (_, low), _ = month.box
    height = max(1, low - top)
    others = [other for other in page.lines if other is not line and not _MONTH.search(other.text)]

    def level(other: Line) -> float:
        return float(other.box[:, 1].mean()) - (top + low) / 2

    beside = [
        other for other in others if abs(level(other)) < 0.8 * height and -0.3 < (left - other.right) / height < _BESIDE
    ]
    label = _joint_meaning(page, beside)
    if label == "unknown" and any(is_expiry_in_two_rows(page, other) for other in beside):
        return "expiry"
    if label != "none":
        return label
    over = [other for other in others if other.left < right and other.right > left]
    for sign in (-1, 1):
        # The gap between two boxes; they may overlap a little.
        gaps = {id(other): sign * level(other) - (height + other.height) / 2 for other in over}
        stacked = [other for other in over if -0.5 * height < gaps[id(other)] < _STACKED * height]
        label = _joint_meaning(page, stacked)
        if label in {"expiry", "other"}:
            return label
    return "none"


def _joint_meaning(page: Page, labels: list[Line]) -> Label:
    """Return the meaning of lines that may be one label, such as VALID above THRU."""
    meanings = {meaning(page, line, line.text) for line in labels}
    order: tuple[Label, ...] = ("other", "expiry", "unknown")
    return next((label for label in order if label in meanings), "none")
