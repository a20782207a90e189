"""A line of text on a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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


EMPTY_TEXT = Text("", (), ())


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

    def up_to(self, end: float) -> Line:
        """Return the start of the line up to a place from 0 to 1, without a text from the Latin engine."""
        box = self.box.copy()
        box[[1, 2]] = self.box[[0, 3]] + (self.box[[1, 2]] - self.box[[0, 3]]) * np.float32(end)
        return Line(EMPTY_TEXT, box, self.crop[:, : round(end * self.crop.shape[1])])

    def halves(self) -> tuple[Line, Line]:
        """Return the upper and the lower half of the line, without a text from the Latin engine."""
        upper, lower, middle = self.box.copy(), self.box.copy(), self.crop.shape[0] // 2
        upper[[3, 2]] = lower[[0, 1]] = (self.box[[0, 1]] + self.box[[3, 2]]) / 2
        return Line(EMPTY_TEXT, upper, self.crop[:middle]), Line(EMPTY_TEXT, lower, self.crop[middle:])

    def place(self, at: int) -> float:
        """Return where a character of the text begins along the line, from 0 to 1."""
        centres = self.latin.centres
        return (centres[at - 1] + centres[at]) / 2 if at else 0.0

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
