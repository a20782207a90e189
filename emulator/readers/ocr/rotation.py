"""Pictures that are sideways or upside down: the turns to try, and the conversion of boxes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from emulator.domain.readings import Box, DocumentReading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from emulator.readers.ocr.line import Corners, Picture
    from emulator.readers.ocr.page import Page

_MIN_ASPECT_RATIO = 1.5
_SAMPLE_LINES, _MIN_DIFFERENCE = 5, 0.1


def is_sideways(boxes: Sequence[Corners]) -> bool:
    """Return whether most of the text on a picture runs vertically."""
    spans = [np.ptp(box, axis=0) for box in boxes]
    tall = sum(float(height) for width, height in spans if height > _MIN_ASPECT_RATIO * width)
    wide = sum(float(width) for width, height in spans if width > _MIN_ASPECT_RATIO * height)
    return tall > wide


def candidate_turns(page: Page, quarter_turns: int) -> Iterator[int]:
    """Yield the turns that may make a picture upright: `quarter_turns`, its reverse, or both.

    Latin letters and digits have a high confidence in only one orientation, so a few lines are sufficient. They are
    read upside down only if that can matter, which takes a sixth of the time of an upright document.

    Parameters
    ----------
    page
        The page of the picture after `quarter_turns`.
    quarter_turns
        The number of right angles by which the picture has been rotated counter-clockwise.
    """
    longest = sorted(page.lines, key=lambda line: line.length / line.height)[-_SAMPLE_LINES:]
    forward = _mean_of_best_two(line.latin.conf for line in longest)
    # No confidence is above 1, so the reverse cannot be better by the difference.
    certain = forward > 1 - _MIN_DIFFERENCE
    if certain:
        yield quarter_turns
    reverse = _mean_of_best_two(page.read_upside_down(line).conf for line in longest)
    if not certain and forward > reverse - _MIN_DIFFERENCE:
        yield quarter_turns
    if reverse > forward - _MIN_DIFFERENCE:
        yield quarter_turns + 2


def _mean_of_best_two(confs: Iterable[float]) -> float:
    """Return the mean of the two best confidences. Lines of Hangul get a low one in any orientation."""
    return sum(sorted(confs)[-2:]) / 2


def rotated(picture: Picture, quarter_turns: int) -> Picture:
    """Return the picture, rotated counter-clockwise by `quarter_turns` right angles."""
    return np.ascontiguousarray(np.rot90(picture, quarter_turns))


def boxes_mirrored(reading: DocumentReading, width: int) -> DocumentReading:
    """Convert the boxes of a reading to the mirror image. The first corner stays the top left of the text."""
    fields = tuple(replace(field, box=tuple((width - x, y) for x, y in field.box)) for field in reading.fields)
    return replace(reading, fields=fields)


def boxes_rotated_back(reading: DocumentReading, quarter_turns: int, width: int, height: int) -> DocumentReading:
    """Convert the boxes of a reading to the picture of `width` x `height` pixels before its rotation."""
    fields = tuple(
        replace(field, box=_rotate_back(field.box, quarter_turns, width, height)) for field in reading.fields
    )
    return replace(reading, fields=fields)


def _rotate_back(box: Box, quarter_turns: int, width: int, height: int) -> Box:
    """Convert one box. The first corner stays the top left of the text."""
    for quarter in range(quarter_turns):
        # Each quarter turn swaps width and height. Undo the last one first.
        wide = width if (quarter_turns - quarter) % 2 else height
        box = tuple((wide - y, x) for x, y in box)
    return tuple((min(max(x, 0), width), min(max(y, 0), height)) for x, y in box)
