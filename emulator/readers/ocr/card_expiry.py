"""The month of expiry on a credit card, told from other months by what is printed beside it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal, NamedTuple

from emulator.readers.ocr.page import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emulator.domain.readings import ReadField
    from emulator.readers.ocr.line import Line
    from emulator.readers.ocr.page import Page

Label = Literal["expiry", "other", "none", "unknown"]
# The engine sometimes reads the slash as 1: MM1YY.
_MONTH = re.compile(r"(?<![\d/])(0[1-9]|1[0-2]) ?([/1Il|]) ?([2-9]\d)(?![\d/])")
_EXPIRY_LABELS = (
    "VALIDTHRU", "GOODTHRU", "THRU", "VALIDTHROUGH", "GOODTHROUGH", "THROUGH", "VALIDUNTIL", "UNTIL", "VALIDTO",
    "EXPIRES", "EXPIRESEND", "EXPIRY", "EXPIRYDATE", "EXPIRATION", "EXPIRATIONDATE", "EXP", "EXPDATE",
    "MONTHYEARVALIDTHRU", "VALIDTHRUMONTHYEAR", "VALIDDATES",
)  # fmt: skip
# Words of the other labels: VALID FROM, MEMBER SINCE, ISSUED, START DATE …
_OTHER_WORDS = ("FROM", "SINCE", "MEMBER", "ISSU", "START", "OPENED", "BIRTH")
_EXPIRY_WORDS = ("THRU", "THROUGH", "UNTIL", "EXPIR")
_NEUTRAL = re.compile(r"VALID|GOOD|DATES?|MONTH|YEAR|MM|YY|CV[CV]2?")
_SECURITY_CODE = re.compile(r"CV[CV]2? ?\d{3,4}(?!\d)", re.IGNORECASE)
_HANGUL_LABELS: dict[str, Label] = {"유효": "expiry", "만료": "expiry", "발급": "other", "가입": "other"}
# Different short labels have more letters in common.
_SHORT, _ALIKE, _SHORT_ALIKE = 5, 0.85, 0.75
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
    tail = _meaning(page, line, line.text[matches[-1].end() :])
    label: Label = "none"
    end = 0
    for match in matches:
        before = _meaning(page, line, line.text[end : match.start()])
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
    meaning = _joint_meaning(page, beside)
    if meaning != "none":
        return meaning
    over = [other for other in others if other.left < right and other.right > left]
    for sign in (-1, 1):
        # The gap between two boxes; they may overlap a little.
        gaps = {id(other): sign * level(other) - (height + other.height) / 2 for other in over}
        stacked = [other for other in over if -0.5 * height < gaps[id(other)] < _STACKED * height]
        meaning = _joint_meaning(page, stacked)
        if meaning in {"expiry", "other"}:
            return meaning
    return "none"


def _joint_meaning(page: Page, labels: list[Line]) -> Label:
    """Return the meaning of lines that may be one label, such as VALID above THRU."""
    meanings = {_meaning(page, line, line.text) for line in labels}
    order: tuple[Label, ...] = ("other", "expiry", "unknown")
    return next((meaning for meaning in order if meaning in meanings), "none")


def _meaning(page: Page, line: Line, text: str) -> Label:
    """Return what a part of a line says about a month beside it; "none" without words, "unknown" for other words."""
    text = _SECURITY_CODE.sub("", text)
    letters = "".join(filter(str.isalpha, text)).upper()
    other, expiry = (any(word in letters for word in words) for words in (_OTHER_WORDS, _EXPIRY_WORDS))
    if other:
        return "none" if expiry else "other"  # a heading of both months
    if any(_is_like(letters, label) for label in _EXPIRY_LABELS):
        return "expiry"
    if not _NEUTRAL.sub("", letters) and not re.search(r"\d", text):
        return "none"
    hangul = page.hangul(line).text
    return next((meaning for label, meaning in _HANGUL_LABELS.items() if hangul.startswith(label)), "unknown")


def _is_like(letters: str, label: str) -> bool:
    alike = _SHORT_ALIKE if len(label) <= _SHORT else _ALIKE
    return SequenceMatcher(None, letters, label, autojunk=False).ratio() >= alike
