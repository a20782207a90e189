"""Korean names: whole, or not at all."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from emulator.readers.ocr.common_fields import FoundField
from emulator.readers.ocr.korean_names import is_korean_name
from emulator.readers.ocr.legibility import is_whole
from emulator.readers.ocr.page import LIKELY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emulator.readers.ocr.line import Line, Text
    from emulator.readers.ocr.page import Page

# The engine reads a syllable that it does not know as a similar one, or leaves it out, with less confidence.
_MIN_CONFIDENCE = 0.85
# The first two equal readings are enough if no other one is likely. A name of two syllables is rare; more often, it is
# a part of one. It needs three.
_FIRST, _FIRST_OF_SHORT, _USUAL_LENGTH = 2, 3, 3
# Else half of all readings must be equal, three times as many as of any other name.
_MAJORITY, _TIMES_OTHERS = 5, 3
_NAME = re.compile(r"(?:[가-힣] ?){1,4}[가-힣]")
# Specks behind a name. A stroke may be a syllable.
_SPECKS = re.compile(r"[ .,·ㆍ'’]*")
# In brackets, a name in Chinese characters is told from a part of the name in Hangul.
_BRACKET = re.compile(r" ?[(\[{（]")
_CHINESE = re.compile(r"[()（）\u4e00-\u9fff]")
# The end of a name's last syllable behind its centre, in syllables.
_HALF_SYLLABLE = 0.6
# Where a second part of a name, or a name in Chinese characters, may be, in heights of the line.
_NEAR = 2.5
# The widest distance between the left edges of the name and of what is below or above it, in heights of the line.
_MAX_INDENT = 0.7


def korean_name(page: Page, line: Line, key: str, below: Line | None = None) -> FoundField | None:
    """Return the name in Hangul that a line shows, or None without a clear and whole one.

    The engine confuses rare syllables and loses others without a doubt. A name therefore begins with a surname, has at
    most three more syllables of Korean names, is what clear readings agree on, and leaves no ink and no gap. Other
    names, such as those of naturalised citizens, are left out.

    Parameters
    ----------
    below
        A line that begins where the name begins. A name that begins later has lost a syllable.
    """
    if below is not None and line.left - below.left > _MAX_INDENT * line.height:
        return None
    if not _start(page.hangul(line).text) or _continues(page, line):
        return None
    return _clear_name(page, line, key) or _name_before_brackets(page, line, key)


def _clear_name(page: Page, line: Line, key: str) -> FoundField | None:
    """Return the name if it is all that the line shows."""
    text = _agreed(page, line)
    if text is None:
        return None
    end = len(_start(text.text))
    name = _bare(text.text[:end])
    if not _SPECKS.fullmatch(text.text, end) or not is_korean_name(name):
        return None
    if not is_whole(line.crop, page.crop_beyond(line), _centres(text, end), has_tail=False):
        return None
    return FoundField(line, line.field(key, name, text, (0, end)))


def _agreed(page: Page, line: Line) -> Text | None:
    """Return a reading with the name that clear readings agree on."""
    votes, likely = Counter[str](), Counter[str]()
    chosen: dict[str, Text] = {}
    for text in page.hangul_readings(line):
        name = _bare(_start(text.text))
        likely[name] += text.conf >= LIKELY
        if name and text.conf >= _MIN_CONFIDENCE:
            votes[name] += 1
            chosen.setdefault(name, text)
            first = _FIRST if len(name) >= _USUAL_LENGTH else _FIRST_OF_SHORT
            if votes[name] >= first and likely.total() == likely[name]:
                return chosen[name]
    for name, count in votes.most_common(1):
        others = max((number for other, number in likely.items() if other != name), default=0)
        if count >= max(_MAJORITY, _TIMES_OTHERS * others):
            return chosen[name]
    return None


def _name_before_brackets(page: Page, line: Line, key: str) -> FoundField | None:
    """Return the name from a picture without the Chinese characters behind it, which the engine cannot read.

    It must be one of the names that were read with them.
    """
    are_beside = any(_CHINESE.search(other.text) for other in _beside(page, line))
    for text in page.hangul_readings(line):
        end = len(_start(text.text))
        has_tail = _BRACKET.match(text.text, end) or (are_beside and end < len(text.text))
        if has_tail and end:
            centres = _centres(text, end)
            if not is_whole(line.crop, page.crop_beyond(line), centres, has_tail=True):
                return None
            name_line = line.up_to(min(1.0, centres[-1] + _HALF_SYLLABLE * float(np.median(np.diff(centres)))))
            found = _clear_name(page, name_line, key)
            with_brackets = (_bare(_start(reading.text)) for reading in page.hangul_readings(line))
            return found if found and found.field.value in with_brackets else None
    return None


def _start(text: str) -> str:
    """Return the name at the start of a text, unless more Hangul follows."""
    match = _NAME.match(text)
    return match[0] if match and not re.match("[가-힣]", text[match.end() :].lstrip()[:1]) else ""


def _bare(text: str) -> str:
    return text.replace(" ", "")


def _centres(text: Text, end: int) -> list[float]:
    return [text.centres[at] for at in range(end) if not text.text[at].isspace()]


def _continues(page: Page, line: Line) -> bool:
    """Return whether a name goes on in another line beside it. Chinese characters are no part of it."""
    return any(
        re.match(r"[가-힣]", page.hangul(other).text) and not _CHINESE.search(other.text)
        for other in _beside(page, line)
    )


def _beside(page: Page, line: Line) -> Iterator[Line]:
    """Yield the lines that are near in the same row and about as high."""
    for other in page.lines:
        gap = max(other.left - line.right, line.left - other.right)
        in_row = abs(other.middle - line.middle) <= 0.5 * line.height
        if other is not line and in_row and gap <= _NEAR * line.height and other.height >= 0.4 * line.height:
            yield other
