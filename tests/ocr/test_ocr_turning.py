from __future__ import annotations

import numpy as np
import pytest

from emulator.readers import ReadField, Reading
from emulator.readers.ocr import turning
from tests.ocr.pages import line, page


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_box_comes_back_to_where_the_picture_has_it(quarters: int) -> None:
    picture = np.zeros((40, 70, 3), np.uint8)
    picture[10:16, 20:50] = 255
    turned = turning.turned(picture, quarters)
    rows, columns = np.nonzero(turned[:, :, 0])
    left, right, top, low = int(columns.min()), int(columns.max()) + 1, int(rows.min()), int(rows.max()) + 1
    reading = Reading("resident", (ReadField("name", "", 1.0, ((left, top), (right, top), (right, low), (left, low))),))
    box = turning.turned_back(reading, quarters, 70, 40).fields[0].box
    assert {x for x, _ in box} == {20, 50}
    assert {y for _, y in box} == {10, 16}


def test_boxes_grow_with_the_picture() -> None:
    reading = Reading(
        "resident", (ReadField("name", "", 1.0, ((1, 2), (3, 2), (3, 4), (1, 4))), ReadField("issuer", "", 1.0))
    )
    assert [field.box for field in turning.enlarged(reading, 2, 3).fields] == [((2, 6), (6, 6), (6, 12), (2, 12)), ()]


def test_text_that_runs_downwards_lies_on_its_side() -> None:
    upright = line("0123456789", 0, 0)
    standing = line("0123456789", 0, 0)
    standing.box[:] = standing.box[:, ::-1]
    assert not turning.lies_on_its_side(page(upright))
    assert turning.lies_on_its_side(page(standing))
    assert not turning.lies_on_its_side(page())
