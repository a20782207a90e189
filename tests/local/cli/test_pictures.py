"""Draws the recognised fields onto a copy of the image."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from local.cli import pictures
from workstation.image_decoding import UndecodableImage


def image(size: tuple[int, int] = (400, 250), fmt: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, fmt)
    return out.getvalue()


def corners(left: int, top: int, right: int, low: int) -> dict[str, int]:
    return {"x1": left, "y1": top, "x2": right, "y2": top, "x3": right, "y3": low, "x4": left, "y4": low}


def resident(name: str = "홍길동", **more: Any) -> dict[str, Any]:
    value = {"key": "name", "value": name, "conf": 0.97, **more}
    return {"fileType": "png", "idType": "resident", "keyValues": [value]}


def pixels(picture: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"), np.int16)


def coloured(part: np.ndarray) -> bool:
    return bool((np.ptp(part, axis=2) > 60).any())


@pytest.mark.parametrize("fmt", ["PNG", "JPEG"])
def test_a_box_is_drawn_where_the_field_was_recognised(fmt: str) -> None:
    drawn = pixels(pictures.draw(image(fmt=fmt), resident(bbox=corners(100, 80, 200, 120))))
    for edge in (drawn[78:83, 130:180], drawn[118:123, 130:180], drawn[95:110, 98:103], drawn[95:110, 198:203]):
        assert coloured(edge)
    assert not coloured(drawn[90:110, 125:190])
    assert not coloured(drawn[140:240, :400])


def test_names_and_values_are_listed_under_the_image() -> None:
    nothing = pixels(pictures.draw(image(), {}))
    one, other = (pixels(pictures.draw(image(), resident(name))) for name in ("홍길동", "김하나"))
    assert (nothing[:250] == 255).all()
    assert one.shape == other.shape
    assert one.shape[0] > nothing.shape[0]
    assert (one[:250, :400] == other[:250, :400]).all()
    assert (one[250:] != other[250:]).any(), "Hangul is drawn as letters, not as boxes"


def test_a_card_has_a_box_for_each_group_and_one_for_its_expiry() -> None:
    result = {
        "cardNums": [{"value": "4111", "conf": 0.9}, {"value": "1111", "conf": 0.9}],
        "totalCardNum": ["41111111"],
        "cardNumBoxes": [corners(20, 100, 90, 130), corners(120, 100, 190, 130)],
        "validThru": {"value": "04/29", "conf": 0.8},
        "validThruBox": corners(20, 180, 90, 210),
    }
    drawn = pixels(pictures.draw(image(), result))
    for left, low in ((60, 130), (160, 130), (60, 210)):
        assert coloured(drawn[low - 2 : low + 3, left : left + 10])


def test_values_without_a_box_use_the_list_if_it_has_one_box_per_value() -> None:
    result = resident() | {"boxes": [corners(100, 80, 200, 120)]}
    assert coloured(pixels(pictures.draw(image(), result))[78:83, 130:180])
    result["boxes"] *= 2
    assert not coloured(pixels(pictures.draw(image(), result))[78:83, 130:180])


def test_missing_members_are_skipped() -> None:
    result = {
        "keyValues": [
            {"key": "name", "value": None, "conf": None, "bbox": None},
            None,
            {"key": "issuer", "value": "서울\n구청장"},
        ],
        "boxes": None,
        "cardNums": [None],
        "validThru": {"value": "", "conf": 0.0},
        "validThruBox": None,
    }
    assert pixels(pictures.draw(image(), result)).shape[0] > 250


def test_a_large_image_is_made_smaller_with_its_boxes_in_place() -> None:
    drawn = pixels(pictures.draw(image((4000, 2500)), resident(bbox=corners(1000, 800, 2000, 1200))))
    assert drawn.shape[1] == 2000
    assert coloured(drawn[397:404, 700:900])


def test_long_values_are_not_cut_off() -> None:
    short, long = (pixels(pictures.draw(image(), resident("P<KOR" + "<" * count))).shape[1] for count in (5, 90))
    assert short == 400
    assert long > 550


def test_other_files_are_refused() -> None:
    with pytest.raises(UndecodableImage):
        pictures.draw(b"no image", resident())
