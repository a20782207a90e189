from __future__ import annotations

import numpy as np
import pytest

from emulator.domain.readings import DocumentReading, ReadField
from emulator.readers.ocr import rotation
from emulator.readers.ocr.line import Line, Text
from tests.emulator.readers.ocr.pages import line, page


@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
def test_a_box_is_converted_to_the_unrotated_picture(quarter_turns: int) -> None:
    picture = np.zeros((40, 70, 3), np.uint8)
    picture[10:16, 20:50] = 255
    rotated = rotation.rotated(picture, quarter_turns)
    rows, columns = np.nonzero(rotated[:, :, 0])
    left, right, top, low = int(columns.min()), int(columns.max()) + 1, int(rows.min()), int(rows.max()) + 1
    reading = DocumentReading(
        "resident", (ReadField("name", "", 1.0, ((left, top), (right, top), (right, low), (left, low))),)
    )
    box = rotation.boxes_rotated_back(reading, quarter_turns, 70, 40).fields[0].box
    assert {x for x, _ in box} == {20, 50}
    assert {y for _, y in box} == {10, 16}


def test_vertical_text_is_sideways() -> None:
    upright = line("0123456789", 0, 0)
    standing = line("0123456789", 0, 0)
    standing.box[:] = standing.box[:, ::-1]
    assert not rotation.is_sideways([upright.box])
    assert rotation.is_sideways([standing.box])
    assert not rotation.is_sideways([])


@pytest.mark.parametrize(
    ("forward", "reverse", "expected"),
    [
        (0.98, 0.6, (0,)),
        (0.98, 0.9, (0, 2)),
        (0.92, 1.0, (0, 2)),
        (0.6, 0.98, (2,)),
        (0.8, 0.75, (0, 2)),
        (0.75, 0.8, (0, 2)),
    ],
)
def test_only_the_orientation_with_the_higher_confidence_is_tried(
    forward: float, reverse: float, expected: tuple[int, ...]
) -> None:
    # the Latin engine has a low confidence for Hangul in both orientations
    lines = (
        line("4111 1111", 0, 0, conf=forward),
        line("03/32", 0, 90, conf=forward),
        line("가나다라마바", 0, 180, conf=0.1),
    )
    assert tuple(rotation.candidate_turns(page(*lines, upside_down=reverse), 0)) == expected
    assert tuple(rotation.candidate_turns(page(*lines, upside_down=reverse), 1)) == tuple(
        quarter_turns + 1 for quarter_turns in expected
    )


def test_a_certain_orientation_is_tried_before_a_line_is_read_upside_down() -> None:
    read = []

    def read_upside_down(each: Line) -> Text:
        read.append(each)
        return each.latin

    upright = page(line("4111 1111", 0, 0, conf=0.98), line("03/32", 0, 90, conf=0.98))
    upright.read_upside_down = read_upside_down
    turns = rotation.candidate_turns(upright, 0)
    assert (next(turns), read) == (0, [])
    assert list(turns) == [2]
    assert len(read) == 2


def test_without_text_both_orientations_are_tried() -> None:
    assert list(rotation.candidate_turns(page(), 0)) == [0, 2]
