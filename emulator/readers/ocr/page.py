"""The lines of text on a picture, and their relative positions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple

import numpy as np

from emulator.readers.ocr.line import EMPTY_TEXT, Corners, Line, Picture, Text

# The engine's later readings are not asked for after this confidence.
_HANGUL_CONFIDENT, _READINGS = 0.9, 3
# With less, a reading that differs from the others does not matter.
LIKELY = 0.7
# Clear texts of these forms have no Hangul among them. The name of a region may stand before a shorter number.
_LATIN_CONFIDENT, _LATIN = 0.98, re.compile(r"[A-Z ]{6,}|[\d-]{14,15}|\d{4}\.\d\d?\.\d\d?\.?")


class Window(NamedTuple):
    """The part of a document around a line: distances from the line's start, in widths of its characters."""

    left: float
    right: float
    up: float
    down: float


@dataclass
class Page:
    """All lines of a picture, from top to bottom. Hangul and second readings are read on demand and cached.

    `read_hangul` yields readings of a line from pictures of different heights.
    """

    lines: list[Line]
    read_hangul: Callable[[Line], Iterator[Text]]
    read_again: Callable[[Line], list[Text]]
    read_upside_down: Callable[[Line], Text]
    crop_beyond: Callable[[Line], Picture]
    _hangul: dict[Line, tuple[list[Text], Iterator[Text]]] = field(default_factory=dict)
    _again: dict[Line, list[Text]] = field(default_factory=dict)

    def hangul(self, line: Line) -> Text:
        """Return the first confident text from the Korean engine, or else the most confident one."""
        seen, more = self._hangul_of(line)
        confident = next((text for text in seen if text.conf >= _HANGUL_CONFIDENT), None)
        while confident is None and len(seen) < _READINGS and (text := next(_kept(more, seen), None)) is not None:
            confident = text if text.conf >= _HANGUL_CONFIDENT else None
        return confident or max(seen, key=lambda text: text.conf, default=EMPTY_TEXT)

    def confirms_hangul(self, line: Line, is_same: Callable[[str], bool]) -> bool:
        """Return whether a second reading of the Korean engine is the same, and no other one before it is likely."""
        first = self.hangul(line)
        seen: list[Text] = []
        for text in self.hangul_readings(line):
            seen.append(text)
            if text is not first and is_same(text.text):
                return not any(one.conf >= LIKELY and not is_same(one.text) for one in seen)
        return False

    def hangul_readings(self, line: Line) -> Iterator[Text]:
        """Yield all texts from the Korean engine, in the order of reading."""
        seen, more = self._hangul_of(line)
        return chain(list(seen), _kept(more, seen))

    def _hangul_of(self, line: Line) -> tuple[list[Text], Iterator[Text]]:
        if line not in self._hangul:
            latin = line.latin.conf >= _LATIN_CONFIDENT and _LATIN.fullmatch(line.text.strip())
            self._hangul[line] = ([], iter(()) if latin else self.read_hangul(line))
        return self._hangul[line]

    def readings(self, line: Line) -> Iterator[Text]:
        """Yield the Latin engine's first text, then those of the second reading."""
        yield line.latin
        if line not in self._again:
            self._again[line] = self.read_again(line)
        yield from self._again[line]

    def of(self, lines: list[Line]) -> Page:
        """Return the page with some of its lines only. What was read is shared."""
        return replace(self, lines=lines)

    def around(self, edge: Sequence[Sequence[float]] | Corners, characters: int, window: Window) -> Page:
        """Return the page with only those lines that start in a window.

        Another document beside, above or below is outside.

        Parameters
        ----------
        edge
            The top left and the top right corner of a text. The window is around the first.
        characters
            The length of the text, which gives the window's unit.
        """
        start, end = np.array(edge[0], np.float32), np.array(edge[1], np.float32)
        across = (end - start) / max(1, characters)
        down = np.array([-across[1], across[0]])
        unit = max(1.0, float(across @ across))

        def is_inside(line: Line) -> bool:
            place = (line.box[0] - start) / unit
            return bool(-window.left <= place @ across <= window.right and -window.up <= place @ down <= window.down)

        return self.of([line for line in self.lines if is_inside(line)])

    def above(self, line: Line) -> list[Line]:
        """Return the lines above this one, nearest first."""
        return sorted(
            (a for a in self.lines if _vertical_offset(a, line) > 0 and _overlap_horizontally(a, line)),
            key=lambda a: _vertical_offset(a, line),
        )

    def below(self, line: Line) -> list[Line]:
        """Return the lines below this one, nearest first."""
        return sorted(
            (b for b in self.lines if _vertical_offset(line, b) > 0 and _overlap_horizontally(b, line)),
            key=lambda b: _vertical_offset(line, b),
        )

    def right_of(self, line: Line) -> list[Line]:
        """Return the lines to the right of this one in the same row, nearest first."""
        row = (r for r in self.lines if r.left > line.left and abs(_vertical_offset(line, r)) <= 0 and r is not line)
        return sorted(row, key=lambda r: r.left)


def _kept(more: Iterator[Text], seen: list[Text]) -> Iterator[Text]:
    """Yield more readings and add them to those that were seen."""
    for text in more:
        seen.append(text)
        yield text


def _vertical_offset(upper: Line, lower: Line) -> float:
    """Return the vertical distance of two lines, corrected for the slant; 0 for lines in the same row."""
    slant = (upper.box[1, 1] - upper.box[0, 1]) / max(1.0, upper.box[1, 0] - upper.box[0, 0])
    drop = lower.middle - upper.middle - slant * (lower.left - upper.left)
    return float(drop) if abs(drop) > 0.5 * min(upper.height, lower.height) else 0.0


def _overlap_horizontally(one: Line, other: Line) -> bool:
    """Return whether the horizontal extents of two lines overlap."""
    return min(one.right, other.right) - max(one.left, other.left) > 0
