"""Korean names: whole, or not at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emulator.readers.ocr.common_fields import MIN_HANGUL_CONFIDENCE, FoundField
from emulator.readers.ocr.legibility import is_whole

if TYPE_CHECKING:
    from emulator.readers.ocr.line import Line
    from emulator.readers.ocr.page import Page

_SURNAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구라나민진지엄채원천방공현함변염여추도소"
    "석선설마길연위표명기반왕금옥육인맹제모탁국어은편용예봉사부가복태목형피두감음빈동온호범좌팽승간상시갈단견당화창"
    "류리림려량렴룡로계경궁필황곡포순후탄운묵미뢰누양빙삼"
)
_LONG_SURNAMES = ("남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방", "망절", "어금")
_MAX_GIVEN = 3
# A name of two syllables is rare; more often, it is a part of one.
_USUAL_LENGTH, _MIN_SHORT_CONFIDENCE = 3, 0.8
# A name, and what the engine reads of the same name in Chinese characters behind it.
_NAME = re.compile(r"((?:[가-힣] ?){1,4}[가-힣])(?:[^가-힣].*)?")
# Where a second part of a name, or a name in Chinese characters, may be, in heights of the line.
_NEAR = 2.5
# The widest distance between the left edges of the name and of what is below or above it, in heights of the line.
_MAX_INDENT = 0.7


def korean_name(page: Page, line: Line, key: str, below: Line | None = None) -> FoundField | None:
    """Return the name in Hangul that a line shows, or None without a clear and whole one.

    The engine confuses rare syllables and loses others without a doubt. A name therefore begins with a surname, has at
    most three more syllables, is read twice, and leaves no ink and no gap. Other names, such as those of naturalised
    citizens, are left out.

    Parameters
    ----------
    below
        A line that begins where the name begins. A name that begins later has lost a syllable.
    """
    text = page.hangul(line)
    match = _NAME.fullmatch(text.text)
    if match is None or text.conf < MIN_HANGUL_CONFIDENCE or not is_korean_name(match[1].replace(" ", "")):
        return None
    if len(match[1].replace(" ", "")) < _USUAL_LENGTH and text.conf < _MIN_SHORT_CONFIDENCE:
        return None
    if below is not None and line.left - below.left > _MAX_INDENT * line.height:
        return None
    if any(_continues(page, line, other) for other in page.lines):
        return None
    centres = [text.centres[at] for at in range(*match.span(1)) if not text.text[at].isspace()]
    has_tail = match.end(1) < len(text.text)
    if not is_whole(line.crop, page.crop_beyond(line), centres, has_tail=has_tail):
        return None
    if not page.confirms_hangul(line, lambda again: _is_same(match[1], again, has_tail=has_tail)):
        return None
    return FoundField(line, line.field(key, match[1].replace(" ", ""), text, match.span(1)))


def is_korean_name(name: str) -> bool:
    """Return whether a name begins with a Korean surname and has one to three more syllables."""
    surname = next((long for long in _LONG_SURNAMES if name.startswith(long)), name[:1])
    given = len(name) - len(surname)
    return (len(surname) > 1 or surname in _SURNAMES) and 1 <= given <= _MAX_GIVEN


def _is_same(name: str, again: str, *, has_tail: bool) -> bool:
    if has_tail and " " not in name and again.startswith(f"{name} "):
        # The engine read the Chinese characters behind the name as Hangul.
        return True
    match = _NAME.fullmatch(again)
    return match is not None and match[1].replace(" ", "") == name.replace(" ", "")


def _continues(page: Page, line: Line, other: Line) -> bool:
    """Return whether a name goes on in another line beside it. Chinese characters are no part of it."""
    if other is line or abs(other.middle - line.middle) > 0.5 * line.height:
        return False
    gap = max(other.left - line.right, line.left - other.right)
    if gap > _NEAR * line.height or other.height < 0.4 * line.height:
        return False
    return bool(re.match(r"[가-힣]", page.hangul(other).text)) and not re.search(r"[(（\u4e00-\u9fff]", other.text)
