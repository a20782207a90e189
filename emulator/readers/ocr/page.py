"""Lines of text on a picture, and where they stand to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from emulator.domain.readings import Box, ReadField

Picture = np.ndarray[Any, np.dtype[np.uint8]]  # height x width x RGB
Corners = np.ndarray[Any, np.dtype[np.float32]]  # 4 x (x, y), clockwise from the top left of the text


@dataclass(frozen=True)
class Text:
    """What an engine read: for each character its confidence and where along the line it stands, both from 0 to 1."""

    text: str
    confs: tuple[float, ...]
    centres: tuple[float, ...]

    @property
    def conf(self) -> float:
        """The mean over all characters, 0 for nothing."""
        return float(np.mean(self.confs)) if self.confs else 0.0


@dataclass(frozen=True, eq=False)
class Line:
    """One detected line with the reading of the Latin engine."""

    latin: Text
    box: Corners
    crop: Picture

    @property
    def text(self) -> str:
        """The Latin reading."""
        return self.latin.text

    @property
    def left(self) -> float:
        """Where the line begins, in pixels."""
        return float(self.box[[0, 3], 0].mean())

    @property
    def right(self) -> float:
        """Where the line ends, in pixels."""
        return float(self.box[[1, 2], 0].mean())

    @property
    def middle(self) -> float:
        """The height at which the line begins: a slanted page moves its ends."""
        return float(self.box[[0, 3], 1].mean())

    @property
    def height(self) -> float:
        """How tall the line is, across its own direction."""
        return float(np.linalg.norm(self.box[3] - self.box[0]))

    @property
    def length(self) -> float:
        """How long the line is, along its own direction."""
        return float(np.linalg.norm(self.box[1] - self.box[0]))

    def field(self, key: str, value: str, text: Text | None = None, span: tuple[int, int] | None = None) -> ReadField:
        """Return a field whose confidence and box are those of the characters of `span` in `text` (default: latin)."""
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


@dataclass
class Page:
    """All lines of a picture, from top to bottom; Hangul and second readings are fetched when they are asked for."""

    lines: list[Line]
    read_hangul: Callable[[Line], Text]
    read_again: Callable[[Line], list[Text]]
    read_upside_down: Callable[[Line], Text]
    _hangul: dict[int, Text] = field(default_factory=dict)
    _again: dict[int, list[Text]] = field(default_factory=dict)

    def hangul(self, line: Line) -> Text:
        """Return what the Korean engine reads there."""
        if id(line) not in self._hangul:
            self._hangul[id(line)] = self.read_hangul(line)
        return self._hangul[id(line)]

    def readings(self, line: Line) -> Iterator[Text]:
        """Yield the Latin engine's reading, then its second thoughts."""
        yield line.latin
        if id(line) not in self._again:
            self._again[id(line)] = self.read_again(line)
        yield from self._again[id(line)]

    def above(self, line: Line) -> list[Line]:
        """Return the lines that stand over this one, the nearest first."""
        return sorted(
            (a for a in self.lines if _vertical_offset(a, line) > 0 and _overlap_horizontally(a, line)),
            key=lambda a: _vertical_offset(a, line),
        )

    def below(self, line: Line) -> list[Line]:
        """Return the lines that stand under this one, the nearest first."""
        return sorted(
            (b for b in self.lines if _vertical_offset(line, b) > 0 and _overlap_horizontally(b, line)),
            key=lambda b: _vertical_offset(line, b),
        )

    def right_of(self, line: Line) -> list[Line]:
        """Return the lines that continue this one in its row, the nearest first."""
        row = (r for r in self.lines if r.left > line.left and abs(_vertical_offset(line, r)) <= 0 and r is not line)
        return sorted(row, key=lambda r: r.left)


def _vertical_offset(upper: Line, lower: Line) -> float:
    """How far the lower line begins under the upper one, along the upper one's slant; 0 if they share a row."""
    slant = (upper.box[1, 1] - upper.box[0, 1]) / max(1.0, upper.box[1, 0] - upper.box[0, 0])
    drop = lower.middle - upper.middle - slant * (lower.left - upper.left)
    return float(drop) if abs(drop) > 0.5 * min(upper.height, lower.height) else 0.0


def _overlap_horizontally(one: Line, other: Line) -> bool:
    """Tell whether two lines have a part of the page's width in common."""
    return min(one.right, other.right) - max(one.left, other.left) > 0
