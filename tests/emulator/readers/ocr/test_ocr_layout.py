from __future__ import annotations

import numpy as np

from emulator.domain.readings import DocumentReading, ReadField
from emulator.readers.ocr import layout
from emulator.readers.ocr.line import Corners
from emulator.readers.ocr.regions import Region, to_image_coordinates
from tests.emulator.readers.ocr.pages import line

WIDTH, HEIGHT = 4000, 3000


def card(left: float, top: float, size: float) -> list[Corners]:
    """Return the lines of a card that is `size` pixels wide."""
    unit = size / 1000
    places = [(60, 50, 44), (80, 345, 62), (215, 440, 36), (80, 520, 34)]
    return [line("0" * 19, left + x * unit, top + y * unit, size=height * unit).box for x, y, height in places]


def test_a_small_card_gives_one_region_that_contains_it() -> None:
    (region,) = layout.regions_to_enlarge(card(2600, 1900, 500), WIDTH, HEIGHT)
    assert region.left <= 2600 < 3100 <= region.right
    assert region.top <= 1900 < 2215 <= region.bottom
    assert region.width < WIDTH / 2


def test_a_card_that_fills_the_picture_is_not_enlarged() -> None:
    assert layout.regions_to_enlarge(card(0, 0, WIDTH), WIDTH, HEIGHT) == []
    assert layout.regions_to_enlarge([], WIDTH, HEIGHT) == []


def test_two_documents_give_two_regions_the_larger_first() -> None:
    first, second = layout.regions_to_enlarge(card(200, 200, 400) + card(2500, 1800, 800), WIDTH, HEIGHT)
    assert first.left > 2000 > first.width
    assert second.right < 1500


def test_at_most_three_regions_are_enlarged() -> None:
    spots = [box for x in range(4) for box in card(900 * x + 100, 100, 200)]
    assert len(layout.regions_to_enlarge(spots, WIDTH, HEIGHT)) == 3


def test_a_line_that_continues_outside_the_picture_is_dropped() -> None:
    inside, left, right = line("홍길동", 50, 50).box, line("홍길동", 0, 50).box, line("홍길동", 330, 50).box
    low = line("홍길동", 50, 160).box
    assert [box is inside for box in layout.complete_lines([inside, left, right, low], 400, 200)] == [True]


def test_a_page_of_text_is_not_readable_as_a_document() -> None:
    passport = [line("0" * 44, 50, 60 * at).box for at in range(8)]
    assert layout.is_readable(passport, 1)
    assert not layout.is_readable(passport * 4, 1)
    assert not layout.is_readable([], 1)


def test_lines_that_were_too_low_for_detection_are_not_readable() -> None:
    lines = [line("0" * 19, 50, 60 * at, size=30).box for at in range(8)]
    assert layout.is_readable(lines, 0.5)
    assert not layout.is_readable(lines, 0.3)
    low = [line("0" * 19, 50, 60 * at, size=9).box for at in range(8)]
    assert layout.is_readable(low, 1)


def test_a_portrait_detected_as_a_line_does_not_widen_the_region() -> None:
    portrait = line("0", 2950, 1900, size=200).box
    (region,) = layout.regions_to_enlarge([*card(2600, 1900, 500), portrait], WIDTH, HEIGHT)
    assert region.width < WIDTH / 2


def test_a_nested_region_is_converted_to_the_complete_picture() -> None:
    outer = Region(1000, 600, 3000, 1600)
    assert Region(10, 20, 110, 120).to_image(outer, 2.0, 2.0) == Region(1020, 640, 1220, 840)
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    assert Region.whole(picture) == Region(0, 0, WIDTH, HEIGHT)
    assert outer.crop(picture).shape == (1000, 2000, 3)


def test_boxes_are_converted_to_the_complete_picture() -> None:
    box = ((1, 2), (3, 2), (3, 4), (1, 4))
    reading = DocumentReading("resident", (ReadField("name", "", 1.0, box), ReadField("issuer", "", 1.0)))
    moved = to_image_coordinates(reading, Region(100, 200, 300, 500), 2.0, 3.0)
    assert [field.box for field in moved.fields] == [((102, 206), (106, 206), (106, 212), (102, 212)), ()]
