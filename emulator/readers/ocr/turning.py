"""A picture that was uploaded on its side or upside down: which turns are worth a try, and the way back for boxes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from emulator.readers import Box, Reading

if TYPE_CHECKING:
    from emulator.readers.ocr.page import Page, Picture

_TALL = 1.5


def lies_on_its_side(page: Page) -> bool:
    """Tell whether most of the text on a page runs from top to bottom."""
    spans = [np.ptp(line.box, axis=0) for line in page.lines]
    tall = sum(float(height) for width, height in spans if height > _TALL * width)
    wide = sum(float(width) for width, height in spans if width > _TALL * height)
    return tall > wide


def turned(picture: Picture, quarters: int) -> Picture:
    """Return the picture turned counter-clockwise by so many right angles."""
    return np.ascontiguousarray(np.rot90(picture, quarters))


def turned_back(reading: Reading, quarters: int, width: int, height: int) -> Reading:
    """Return the reading with its boxes in the picture of `width` x `height` pixels before it was turned."""
    fields = tuple(replace(field, box=_back(field.box, quarters, width, height)) for field in reading.fields)
    return replace(reading, fields=fields)


def enlarged(reading: Reading, across: float, down: float) -> Reading:
    """Return the reading with its boxes in a picture so many times as wide and as tall."""
    boxes = (tuple((round(x * across), round(y * down)) for x, y in field.box) for field in reading.fields)
    fields = tuple(replace(field, box=box) for field, box in zip(reading.fields, boxes, strict=True))
    return replace(reading, fields=fields)


def _back(box: Box, quarters: int, width: int, height: int) -> Box:
    """Keep the corners' order: the first one stays the text's own top left."""
    for quarter in range(quarters):
        # the sides change their roles with every quarter; undo the last one first
        wide = width if (quarters - quarter) % 2 else height
        box = tuple((wide - y, x) for x, y in box)
    return tuple((min(max(x, 0), width), min(max(y, 0), height)) for x, y in box)
