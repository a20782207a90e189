"""The lines of text on a picture, and their relative positions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from emulator.domain.readings import Box, ReadField

Picture = np.ndarray[Any, np.dtype[np.uint8]]  # height x width x RGB
Corners = np.ndarray[Any, np.dtype[np.float32]]  # 4 x (x, y), clockwise from the top left of the text


@dataclass(frozen=True)
class Text:
    """A recognised text, with each character's confidence and position along the line, both from 0 to 1."""

    text: str
    confs: tuple[float, ...]
    centres: tuple[float, ...]

    @property
    def conf(self) -> float:
        """The mean of all characters' confidences; 0 for an empty text."""
        return float(np.mean(self.confs)) if self.confs else 0.0


@dataclass(frozen=True, eq=False)
class Line:
    """A detected line with its text from the Latin engine."""

    latin: Text
    box: Corners
    crop: Picture

    @property
    def text(self) -> str:
        """The text from the Latin engine."""
        return self.latin.text

    @property
    def left(self) -> float:
        """The x coordinate of the line's start, in pixels."""
        return float(self.box[[0, 3], 0].mean())

    @property
    def right(self) -> float:
        """The x coordinate of the line's end, in pixels."""
        return float(self.box[[1, 2], 0].mean())

    @property
    def middle(self) -> float:
        """The y coordinate of the line's start. On a slanted page, the end has another one."""
        return float(self.box[[0, 3], 1].mean())

    @property
    def height(self) -> float:
        """The height of the line, perpendicular to its direction."""
        return float(np.linalg.norm(self.box[3] - self.box[0]))

    @property
    def length(self) -> float:
        """The length of the line, along its direction."""
        return float(np.linalg.norm(self.box[1] - self.box[0]))

    def field(self, key: str, value: str, text: Text | None = None, span: tuple[int, int] | None = None) -> ReadField:
        """Return a field with the confidence and box of the characters `span` of `text` (default: the Latin text)."""
        text = text or self.latin
        start, end = span or (0, len(text.text))
        confs = text.confs[start:end]
        conf = round(float(np.mean(confs)), 4) if confs else 0.0
        return ReadField(key, value, conf, self._part(text.centres, start, end))

    def _part(self, centres: Sequence[float], start: int, end: int) -> Box:
        first = (centres[start - 1] + centres[start]) / 2 if start else 0.0
        last = (centres[end - 1] + centres[end]) / 2 if end < len(centres) else 1.0
        top_left, top_right, low_right, low_left = self.box
        corners = (
            top_left + (top_right - top_left) * first,
            top_left + (top_right - top_left) * last,
            low_left + (low_right - low_left) * last,
            low_left + (low_right - low_left) * first,
        )
        return tuple((round(float(x)), round(float(y))) for x, y in corners)


class Window(NamedTuple):
    """The part of a document around a line: distances from the line's start, in widths of its characters."""

    left: float
    right: float
    up: float
    down: float


@dataclass
class Page:
    """All lines of a picture, from top to bottom. Hangul and second readings are read on demand and cached."""

    lines: list[Line]
    read_hangul: Callable[[Line], Text]
    read_again: Callable[[Line], list[Text]]
    read_upside_down: Callable[[Line], Text]
    _hangul: dict[int, Text] = field(default_factory=dict)
    _again: dict[int, list[Text]] = field(default_factory=dict)

    def hangul(self, line: Line) -> Text:
        """Return the text from the Korean engine."""
        if id(line) not in self._hangul:
            self._hangul[id(line)] = self.read_hangul(line)
        return self._hangul[id(line)]

    def readings(self, line: Line) -> Iterator[Text]:
        """Yield the Latin engine's first text, then those of the second reading."""
        yield line.latin
        if id(line) not in self._again:
            self._again[id(line)] = self.read_again(line)
        yield from self._again[id(line)]

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


def _vertical_offset(upper: Line, lower: Line) -> float:
    """Return the vertical distance of two lines, corrected for the slant; 0 for lines in the same row."""
    slant = (upper.box[1, 1] - upper.box[0, 1]) / max(1.0, upper.box[1, 0] - upper.box[0, 0])
    drop = lower.middle - upper.middle - slant * (lower.left - upper.left)
    return float(drop) if abs(drop) > 0.5 * min(upper.height, lower.height) else 0.0


def _overlap_horizontally(one: Line, other: Line) -> bool:
    """Return whether the horizontal extents of two lines overlap."""
    return min(one.right, other.right) - max(one.left, other.left) > 0
