"""Hand-made pages for tests of the parsers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from emulator.domain.readings import DocumentReading
from emulator.readers.ocr.line import Line, Text
from emulator.readers.ocr.page import Page


def text(characters: str, conf: float = 0.95) -> Text:
    count = len(characters)
    return Text(characters, (conf,) * count, tuple((at + 0.5) / count for at in range(count)))


def line(characters: str, left: float, top: float, *, size: float = 40, conf: float = 0.95) -> Line:
    right, bottom = left + size * 0.6 * max(1, len(characters)), top + size
    box = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    return Line(text(characters, conf), box, np.zeros((1, 1, 3), np.uint8))


def name_line(syllables: int, left: float, top: float, *, size: int = 40, paper: int = 225) -> Line:
    """Return a line whose picture shows black squares in place of syllables; its Hangul is given to the page."""
    empty = line("", left, top, size=size)
    crop = np.full((size, size * syllables, 3), paper, np.uint8)
    for at in range(syllables):
        crop[size // 5 : -size // 5, at * size + size // 8 : (at + 1) * size - size // 8] = 35
    box = empty.box.copy()
    box[1:3, 0] = left + size * syllables
    return Line(empty.latin, box, crop)


def page(
    *lines: Line,
    hangul: Mapping[Line, str] | None = None,
    part: str = "",
    rows: Sequence[str] = (),
    again: Mapping[Line, Sequence[str]] | None = None,
    upside_down: float = 0.3,
    beyond: int = 225,
) -> Page:
    """Return a page.

    `hangul` and `again` are the Korean engine's text and the second readings of lines, and `part` is its text for a
    part of a line. `rows` are the Latin engine's texts for the halves of lines, in the order of reading.
    `upside_down` is the confidence of a line that is turned upside down.
    """
    left = iter(rows)

    def read_again(one: Line) -> list[Text]:
        return [text(reading) for reading in ((again or {}).get(one, ()) if one in lines else [next(left, "")])]

    return Page(
        list(lines),
        # Three equal readings.
        lambda one: (text((hangul or {}).get(one, part if one not in lines else "")) for _ in range(3)),
        read_again,
        lambda one: text("0", upside_down),
        lambda one: np.full((40, 40, 3), beyond, np.uint8),
    )


def values(reading: DocumentReading | None) -> dict[str, str]:
    assert reading is not None
    return {field.key: field.value for field in reading.fields}
