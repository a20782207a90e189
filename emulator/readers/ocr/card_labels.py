"""What the words beside a month on a card say about it."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from emulator.readers.ocr.line import Line
    from emulator.readers.ocr.page import Page

Label = Literal["expiry", "other", "none", "unknown"]
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
# The letters that a row of a label has at least, and the size in pixels below which two rows are illegible.
_MIN_LETTERS, _MIN_SIZE = 2, 16


def meaning(page: Page, line: Line, text: str) -> Label:
    """Return what a part of a line says about a month beside it; "none" without words, "unknown" for other words."""
    text = _SECURITY_CODE.sub("", text)
    letters = _letters(text)
    other, expiry = (any(word in letters for word in words) for words in (_OTHER_WORDS, _EXPIRY_WORDS))
    if other:
        return "none" if expiry else "other"  # a heading of both months
    if any(_is_like(letters, label) for label in _EXPIRY_LABELS):
        return "expiry"
    if not _NEUTRAL.sub("", letters) and not re.search(r"\d", text):
        return "none"
    hangul = page.hangul(line).text
    return next((label for word, label in _HANGUL_LABELS.items() if hangul.startswith(word)), "unknown")


def is_expiry_in_two_rows(page: Page, line: Line) -> bool:
    """Return whether a line is a label of expiry in two rows of small print, which the engine takes for one row."""
    if min(line.height, line.length) < _MIN_SIZE:
        return False
    readings = zip(*(page.readings(row) for row in line.halves()), strict=True)
    return any(_is_expiry_in_rows(_letters(upper.text), _letters(lower.text)) for upper, lower in readings)


def _is_expiry_in_rows(upper: str, lower: str) -> bool:
    labels = (label for label in _EXPIRY_LABELS if len(label) > _SHORT)
    return min(len(upper), len(lower)) >= _MIN_LETTERS and any(_is_like(upper + lower, label) for label in labels)


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text)).upper()


def _is_like(letters: str, label: str) -> bool:
    alike = _SHORT_ALIKE if len(label) <= _SHORT else _ALIKE
    return SequenceMatcher(None, letters, label, autojunk=False).ratio() >= alike
