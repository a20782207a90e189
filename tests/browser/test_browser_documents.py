"""Uploads: their stations, boxes and values, and rejections."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Any

import pytest
from console_page import ConsolePage
from playwright.sync_api import expect

SIZES = [(1440, 1000), (1000, 700), (390, 800)]
RECTANGLES = """() => {
  const of = (element) => element.getBoundingClientRect().toJSON();
  const image = document.querySelector(".picture img");
  return { image: of(image), drawn: document.querySelector(".boxes").getAttribute("viewBox"),
           boxes: [...document.querySelectorAll(".boxes polygon")].map(of) };
}"""


def test_an_image_passes_every_station_and_is_listed(console: ConsolePage, images: Path) -> None:
    console.upload(images / "credit-card-0007.png", kind="credit-card")
    console.expect_stations(bucket="done", queue="done", function="done", ocr="done", results="done")
    expect(console.page.locator("#history [aria-current]")).to_contain_text("credit-card-0007.png")
    expect(console.page.locator("#history [aria-current]")).to_contain_text("analyzed")
    timeline = console.page.locator(".timeline").inner_text()
    for words in (
        "stored in the bucket",
        "delivery 1",
        "invoked",
        "image was opened",
        "answered 0",
        "on the results queue",
    ):
        assert words in timeline
    assert console.event["data"]["document"]["kind"] == "credit-card"
    # A page that is opened later shows all of it.
    console.page.reload()
    expect(console.page.locator("#history [aria-current]")).to_contain_text("credit-card-0007.png")
    expect(console.page.locator(".boxes polygon")).to_have_count(5)


def pixels_of(image: Path) -> list[int]:
    """Return the width and height in the file, before any rotation by EXIF."""
    return list(struct.unpack(">II", image.read_bytes()[16:24])) if image.suffix == ".png" else [1000, 630]


def boxes_of(result: dict[str, Any]) -> list[dict[str, int]]:
    if "cardNumBoxes" in result:
        return [*result["cardNumBoxes"], result["validThruBox"]]
    return [pair["bbox"] for pair in result["keyValues"] if "bbox" in pair]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("passport-0007.png", "id-card"), ("credit-card-0007.png", "credit-card"), ("rotated.jpg", "id-card")],
)
def test_boxes_match_the_message_at_any_size(console: ConsolePage, images: Path, name: str, kind: str) -> None:
    console.upload(images / name, kind=kind)
    expected_boxes = boxes_of(console.event["data"]["result"])
    expect(console.page.locator(".boxes polygon")).to_have_count(len(expected_boxes))
    for width, height in SIZES:
        console.page.set_viewport_size({"width": width, "height": height})
        shown = console.page.evaluate(RECTANGLES)
        image, (across, down) = shown["image"], pixels_of(images / name)
        assert shown["drawn"] == f"0 0 {across} {down}"
        assert image["width"] > 100
        assert image["width"] / image["height"] == pytest.approx(across / down, rel=0.01)
        scale = image["width"] / across
        for box, rectangle in zip(expected_boxes, shown["boxes"], strict=True):
            left, top = min(box["x1"], box["x4"]), min(box["y1"], box["y2"])
            right, bottom = max(box["x2"], box["x3"]), max(box["y3"], box["y4"])
            expected = (image["x"] + left * scale, image["y"] + top * scale, (right - left) * scale)
            assert (rectangle["x"], rectangle["y"], rectangle["width"]) == pytest.approx(expected, abs=1.5)
            assert rectangle["height"] == pytest.approx((bottom - top) * scale, abs=1.5)


def test_a_picture_is_shown_without_exif_rotation(console: ConsolePage, images: Path) -> None:
    shown = []
    for name in ("straight.jpg", "rotated.jpg"):
        console.upload(images / name)
        console.show_values()
        console.page.hover("h1")
        expect(console.page.locator(".boxes polygon")).to_have_count(4)
        shown.append(console.page.locator(".picture").screenshot())
    assert shown[0] == shown[1]


def test_a_field_highlights_its_box_and_a_box_its_field(console: ConsolePage) -> None:
    console.sample("driver")
    page = console.page
    page.hover("button.field >> nth=3")
    expect(page.locator("polygon.highlighted")).to_have_attribute("data-index", "3")
    page.hover("polygon >> nth=1")
    expect(page.locator("button.field.highlighted")).to_have_attribute("data-index", "1")
    page.hover("h1")
    expect(page.locator(".highlighted")).to_have_count(0)
    page.click("button.field >> nth=2")
    page.hover("h1")
    expect(page.locator("polygon.highlighted")).to_have_attribute("data-index", "2")


def test_values_are_hidden_until_they_are_requested(console: ConsolePage) -> None:
    console.sample("passport")
    values = console.values()
    assert len(values) > 10
    page = console.page
    text = page.locator("body").inner_text() + page.content()
    assert [value for value in values if value in text] == []
    # The page may redraw an element at any moment, so its style is awaited, not read once.
    expect(page.locator(".picture img")).to_have_css("filter", re.compile("blur"))
    console.show_values()
    shown = page.locator(".fields").inner_text()
    assert [value for value in values if value not in shown] == []
    expect(page.locator(".picture img")).to_have_css("filter", "none")
    console.sample("resident")
    assert [value for value in console.values() if value in page.content()] == []
    expect(page.locator("#claim-name")).to_have_css("-webkit-text-security", "disc")
    page.click(".toggle")
    expect(page.locator(".fields")).to_contain_text(console.values()[0])


@pytest.mark.parametrize(
    ("sample", "code", "words", "ocr"),
    [
        ("letter", "ocr-rejected", "4000121", "failed"),
        ("no-image", "image-type-unsupported", "neither a PNG nor a JPEG", "off"),
        ("too-large", "image-too-large", "at most 20 MiB (20,970,496 bytes) are allowed", "off"),
    ],
)
def test_a_rejection_shows_its_reason(console: ConsolePage, sample: str, code: str, words: str, ocr: str) -> None:
    console.sample(sample, "rejected")
    expect(console.page.locator("#rejection")).to_contain_text(code)
    expect(console.page.locator("#rejection")).to_contain_text(words)
    expect(console.page.locator("#history [aria-current]")).to_contain_text(code)
    console.expect_stations(ocr=ocr, results="failed")
    expect(console.page.locator("[data-station=results] use")).to_have_attribute("href", "#results-failed")
    assert console.event["data"]["rejection"]["code"] == code


def test_a_file_name_is_shown_as_text_only(console: ConsolePage, tmp_path: Path) -> None:
    malicious = tmp_path / "<img src=x onerror=document.title='gone'>.png"
    malicious.write_bytes(b"no image")
    console.upload(malicious, outcome="rejected")
    assert console.page.title() == "Sealed OCR console"
    expect(console.page.locator("#subject-title img")).to_have_count(0)
