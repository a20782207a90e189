"""The layout of a picture: the regions that may be documents, found by their text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from emulator.readers.ocr.regions import Region

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emulator.readers.ocr.line import Corners

# Lines belong to one document if their distance is below this factor times the sum of their heights.
_MAX_GAP = 3.0
# The margin around the detected text, in usual line heights. It covers lines that were too small to detect.
_MARGIN = 6.0
# A smaller enlargement is not worth another detection.
_MIN_ENLARGEMENT = 1.4
_MAX_REGIONS = 3
# A line this close to the edge (pixels) continues outside the picture. The engine's boxes include a margin.
_EDGE_PIXELS = 2
# The sum of all line lengths, each in line heights. A passport has 220.
_MAX_TEXT_LENGTH = 600
# A line of digits that fills the picture has these sides; no document is as narrow.
_MIN_SIDE, _MAX_ASPECT_RATIO = 32, 25
# In line heights. A line of the machine readable zone has 30; the engine's memory grows with a rule's length.
_MAX_LINE_LENGTH = 80
# Boxes include a margin. Below this height (pixels), a box consists mostly of margin.
_MIN_DETECTED_HEIGHT = 12


def may_show_text(width: int, height: int) -> bool:
    """Return whether a picture has room for a document's text.

    The engines enlarge a picture whose shorter side is below 30 pixels, and need gigabytes if the other side is long.
    """
    short, long = sorted((width, height))
    return short >= _MIN_SIDE and long <= _MAX_ASPECT_RATIO * short


def regions_to_enlarge(boxes: Sequence[Corners], width: int, height: int) -> list[Region]:
    """Return the regions to enlarge, largest first; no region if the text already fills the picture."""
    groups = _groups([_single(box) for box in boxes])
    regions = [_region_around(group, width, height) for group in groups]
    if any(min(width / region.width, height / region.height) < _MIN_ENLARGEMENT for region in regions):
        return []
    return regions[:_MAX_REGIONS]


def complete_lines(boxes: Sequence[Corners], width: int, height: int) -> list[Corners]:
    """Return the lines that are completely inside the picture. A cut-off line reads well but wrong."""
    edge = np.array([width, height], np.float32) - _EDGE_PIXELS
    inside = (box for box in boxes if box.min() > _EDGE_PIXELS and bool((box < edge).all()))
    return [box for box in inside if _length(box) <= _MAX_LINE_LENGTH * max(1.0, _height(box))]


def is_readable(boxes: Sequence[Corners], scale: float) -> bool:
    """Return whether the lines can be those of one document.

    They cannot if there is more text than on any document (reading it would take a minute), or if the lines were too
    low for a reliable detection at `scale`: their boxes then include letters of neighbouring lines.
    """
    heights = [_height(box) for box in boxes]
    text = sum(_length(box) / max(1.0, height) for box, height in zip(boxes, heights, strict=True))
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
        """The usual line height. The median ignores a portrait that was detected as a line."""
        return float(np.median(self.heights))

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)


def _single(box: Corners) -> _Group:
    (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
    return _Group(float(left), float(top), float(right), float(bottom), (_height(box),))


def _height(box: Corners) -> float:
    """Return the height of a line in any direction."""
    return min(float(np.linalg.norm(box[0] - box[corner])) for corner in (1, 3))


def _length(box: Corners) -> float:
    """Return the length of a line in any direction."""
    return max(float(np.linalg.norm(box[0] - box[corner])) for corner in (1, 3))


def _groups(lines: list[_Group]) -> list[_Group]:
    """Join adjacent lines into groups; largest group first."""
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
