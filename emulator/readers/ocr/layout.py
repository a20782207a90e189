"""Where on a picture a document may be: around its text, however small a part of the picture that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from emulator.readers.ocr.regions import Region

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emulator.readers.ocr.page import Corners

# What stands no further apart than the sum of so many heights of both lines is of one document.
_MAX_GAP = 3.0
# A document goes on around its text; what was too small to be found yet is within so many heights of its usual line.
_MARGIN = 6.0
# A look that shows the text less enlarged than this is no closer one.
_MIN_ENLARGEMENT = 1.4
_MAX_REGIONS = 3
# A line that is found this near to the edge, in pixels, goes on behind it: the engine adds a margin of its own.
_EDGE_PIXELS = 2
# The lengths of all lines, each in its own heights: a passport has 220.
_MAX_TEXT_LENGTH = 600
# Lines are found with a margin: so low, in pixels, there is hardly more than that.
_MIN_DETECTED_HEIGHT = 12


def regions_to_enlarge(boxes: Sequence[Corners], width: int, height: int) -> list[Region]:
    """Return what to look at more closely, the most text first; nothing if the text fills the picture already."""
    groups = _groups([_single(box) for box in boxes])
    regions = [_region_around(group, width, height) for group in groups]
    if any(min(width / region.width, height / region.height) < _MIN_ENLARGEMENT for region in regions):
        return []
    return regions[:_MAX_REGIONS]


def complete_lines(boxes: Sequence[Corners], width: int, height: int) -> list[Corners]:
    """Return the lines that do not run out of the picture: what is left of the others reads well, and is wrong."""
    edge = np.array([width, height], np.float32) - _EDGE_PIXELS
    return [box for box in boxes if box.min() > _EDGE_PIXELS and bool((box < edge).all())]


def is_readable(boxes: Sequence[Corners], scale: float) -> bool:
    """Tell whether lines, which were found in a picture of that scale, can be those of one document.

    It is not, with more text than any document has (reading it would take a minute), and not if the lines were too low
    to be found as they are: what is found of them has neighbours' letters in it.
    """
    heights = [_height(box) for box in boxes]
    sides = [float(max(np.linalg.norm(box[0] - box[corner]) for corner in (1, 3))) for box in boxes]
    text = sum(long / max(1.0, height) for long, height in zip(sides, heights, strict=True))
    return (
        bool(boxes)
        and text <= _MAX_TEXT_LENGTH
        and (scale == 1 or float(np.median(heights)) * scale >= _MIN_DETECTED_HEIGHT)
    )


class _Group(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    heights: tuple[float, ...]

    @property
    def line(self) -> float:
        """The usual line's height: now and then a portrait is taken for a line."""
        return float(np.median(self.heights))

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)


def _single(box: Corners) -> _Group:
    (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
    return _Group(float(left), float(top), float(right), float(bottom), (_height(box),))


def _height(box: Corners) -> float:
    """How tall a line is, which way ever it runs."""
    return min(float(np.linalg.norm(box[0] - box[corner])) for corner in (1, 3))


def _groups(lines: list[_Group]) -> list[_Group]:
    """Join what is near to each other until nothing is; the largest group comes first."""
    groups: list[_Group] = []
    for line in lines:
        joined = line
        while near := [group for group in groups if _are_adjacent(joined, group)]:
            groups = [group for group in groups if group not in near]
            joined = _merged([joined, *near])
        groups.append(joined)
    return sorted(groups, key=lambda group: -group.area)


def _are_adjacent(one: _Group, other: _Group) -> bool:
    reach = _MAX_GAP * (one.line + other.line)
    across = max(one.left, other.left) - min(one.right, other.right)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    return across < reach and down < reach


def _merged(groups: list[_Group]) -> _Group:
    left, top, right, bottom, heights = zip(*groups, strict=True)
    return _Group(min(left), min(top), max(right), max(bottom), sum(heights, ()))


def _region_around(group: _Group, width: int, height: int) -> Region:
    margin = _MARGIN * group.line
    return Region(
        max(0, int(group.left - margin)),
        max(0, int(group.top - margin)),
        min(width, round(group.right + margin)),
        min(height, round(group.bottom + margin)),
    )
