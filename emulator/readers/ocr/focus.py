"""Where on a picture a document may be: around its text, however small a part of the picture that is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emulator.readers import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emulator.readers.ocr.page import Corners, Picture

# What stands no further apart than the sum of so many heights of both lines is of one document.
_REACH = 3.0
# A document goes on around its text; what was too small to be found yet is within so many heights of the tallest line.
_MARGIN = 6.0
# A look that shows the text less enlarged than this is no closer one.
_CLOSER = 1.4
_MOST_PARTS = 3
# A line that is found this near to the edge, in pixels, goes on behind it: the engine adds a margin of its own.
_EDGE = 2
# The lengths of all lines, each in its own heights: a passport has 220.
_MOST_TEXT = 600


@dataclass(frozen=True)
class Part:
    """A part of a picture, in its pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def whole(cls, picture: Picture) -> Part:
        """The picture itself."""
        return cls(0, 0, picture.shape[1], picture.shape[0])

    @property
    def width(self) -> int:
        """In pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """In pixels."""
        return self.bottom - self.top

    def of(self, picture: Picture) -> Picture:
        """Return the part as a picture."""
        return picture[self.top : self.bottom, self.left : self.right]

    def within(self, outer: Part, across: float, down: float) -> Part:
        """Return the part of the whole picture that this part of `outer`, shown so many times smaller, is."""
        return Part(
            outer.left + int(self.left * across),
            outer.top + int(self.top * down),
            min(outer.right, outer.left + round(self.right * across)),
            min(outer.bottom, outer.top + round(self.bottom * down)),
        )


def closer(boxes: Sequence[Corners], width: int, height: int) -> list[Part]:
    """Return what to look at more closely, the most text first; nothing if the text fills the picture already."""
    groups = _groups([_upright(box) for box in boxes])
    parts = [_around(group, width, height) for group in groups]
    if any(min(width / part.width, height / part.height) < _CLOSER for part in parts):
        return []
    return parts[:_MOST_PARTS]


def whole_lines(boxes: Sequence[Corners], width: int, height: int) -> list[Corners]:
    """Return the lines that do not run out of the picture: what is left of the others reads well, and is wrong."""
    edge = np.array([width, height], np.float32) - _EDGE
    return [box for box in boxes if box.min() > _EDGE and bool((box < edge).all())]


def is_a_page(boxes: Sequence[Corners]) -> bool:
    """Tell whether there is more text than any document has; reading it would take a minute."""
    sides = [sorted(float(np.linalg.norm(box[0] - box[corner])) for corner in (1, 3)) for box in boxes]
    return sum(long / max(1.0, short) for short, long in sides) > _MOST_TEXT


def moved_back(reading: Reading, part: Part, across: float, down: float) -> Reading:
    """Return the reading of a part, shown so many times smaller, with its boxes where the whole picture has them."""
    fields = tuple(
        replace(
            field,
            box=tuple((part.left + round(x * across), part.top + round(y * down)) for x, y in field.box),
        )
        for field in reading.fields
    )
    return replace(reading, fields=fields)


# left, top, right, bottom and height of the tallest line
_Span = tuple[float, float, float, float, float]


def _upright(box: Corners) -> _Span:
    (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
    height = min(float(np.linalg.norm(box[0] - box[corner])) for corner in (1, 3))
    return float(left), float(top), float(right), float(bottom), height


def _groups(spans: list[_Span]) -> list[_Span]:
    """Join what is near to each other until nothing is; the largest group comes first."""
    groups: list[_Span] = []
    for span in spans:
        joined = span
        while near := [group for group in groups if _near(joined, group)]:
            groups = [group for group in groups if group not in near]
            joined = _union([joined, *near])
        groups.append(joined)
    return sorted(groups, key=lambda span: (span[0] - span[2]) * (span[3] - span[1]))


def _near(one: _Span, other: _Span) -> bool:
    reach = _REACH * (one[4] + other[4])
    across = max(one[0], other[0]) - min(one[2], other[2])
    down = max(one[1], other[1]) - min(one[3], other[3])
    return across < reach and down < reach


def _union(spans: list[_Span]) -> _Span:
    left, top, right, bottom, height = zip(*spans, strict=True)
    return min(left), min(top), max(right), max(bottom), max(height)


def _around(span: _Span, width: int, height: int) -> Part:
    left, top, right, bottom, tallest = span
    margin = _MARGIN * tallest
    return Part(
        max(0, int(left - margin)),
        max(0, int(top - margin)),
        min(width, round(right + margin)),
        min(height, round(bottom + margin)),
    )
