"""The console looks as in the stored pictures, at three widths, light and dark.

``make browser-test ARGS="tests/browser/test_browser_pictures.py --take"`` takes the pictures again after a wanted
change. They are stored at a quarter of their size: layout, colours and the length of texts are compared, and not how a
version of Chromium draws the edge of a letter.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from conftest import TIMEOUT_MS, running_pipeline
from console_page import ConsolePage
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, expect

PICTURES = Path(__file__).parent / "pictures"
DIFFERENCES = Path(__file__).parents[2] / "out" / "pictures"
SIZES = [(390, 800), (1280, 900), (2560, 1300)]
SCALE = 4
# Of 255. Smaller differences are the edges of letters.
VISIBLE_DIFFERENCE = 40
MAX_DIFFERENT_SHARE = 0.004
# What differs between runs: times, identifiers, and the observations, which arrive in any order.
CHANGING = """
  .since, .history-details, .call-took, .title-row > .quiet, #counters dd, #queues { visibility: hidden }
  .timeline, pre.json, .chips { display: none }
"""


SCHEMES = ["light", "dark"]
NAMES = [f"{state}-{width}-{scheme}" for state in ("empty", "documents") for width, _ in SIZES for scheme in SCHEMES]


@pytest.fixture(scope="module")
def pictures(browser: Browser, images: Path) -> dict[str, Image.Image]:
    """The console of a pipeline of its own, before any document and with some, by name."""
    taken: dict[str, Image.Image] = {}
    with running_pipeline() as exports:
        context = browser.new_context(timezone_id="Asia/Seoul", locale="en-GB", bypass_csp=True)
        context.set_default_timeout(TIMEOUT_MS)
        expect.set_options(timeout=TIMEOUT_MS)
        console = ConsolePage(context.new_page(), exports["CONSOLE"])
        taken |= _taken(console.page, "empty")
        console.sample("letter", "rejected")
        console.upload(images / "credit-card-0007.png", kind="credit-card")
        console.upload(images / "driver-0007.png")
        console.show_values()
        console.page.click("#verify")
        console.page.wait_for_selector(".verdict.yes")
        taken |= _taken(console.page, "documents")
        context.close()
    return taken


@pytest.mark.parametrize("name", NAMES)
def test_the_console_looks_as_in_its_picture(
    pictures: dict[str, Image.Image], name: str, request: pytest.FixtureRequest
) -> None:
    stored, taken = PICTURES / f"{name}.png", pictures[name]
    if request.config.getoption("--take"):
        PICTURES.mkdir(exist_ok=True)
        taken.save(stored, optimize=True)
        return
    expected = Image.open(stored).convert("RGB")
    share = _different_share(expected, taken)
    if share > MAX_DIFFERENT_SHARE:
        DIFFERENCES.mkdir(parents=True, exist_ok=True)
        _side_by_side(expected, taken).save(DIFFERENCES / f"{name}.png")
    assert share <= MAX_DIFFERENT_SHARE, f"look at {DIFFERENCES / name}.png: stored, taken, and their difference"


def _taken(page: Page, state: str) -> dict[str, Image.Image]:
    taken = {}
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0) }")
    for width, height in SIZES:
        for scheme in SCHEMES:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            picture = page.screenshot(animations="disabled", full_page=True, style=CHANGING)
            taken[f"{state}-{width}-{scheme}"] = Image.open(io.BytesIO(picture)).convert("RGB").reduce(SCALE)
    return taken


def _different_share(expected: Image.Image, taken: Image.Image) -> float:
    """Return the share of pixels that differ visibly, in any colour. A part that only one picture has differs."""
    size = (max(expected.width, taken.width), max(expected.height, taken.height))
    difference = ImageChops.difference(_padded(expected, size, 0), _padded(taken, size, 255))
    red, green, blue = difference.split()
    largest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return sum(largest.histogram()[VISIBLE_DIFFERENCE:]) / (size[0] * size[1])


def _padded(picture: Image.Image, size: tuple[int, int], grey: int) -> Image.Image:
    padded = Image.new("RGB", size, (grey, grey, grey))
    padded.paste(picture)
    return padded


def _side_by_side(expected: Image.Image, taken: Image.Image) -> Image.Image:
    height = max(expected.height, taken.height)
    width = max(expected.width, taken.width)
    both = [_padded(picture, (width, height), 0) for picture in (expected, taken)]
    sheet = Image.new("RGB", (3 * width, height))
    for index, picture in enumerate([*both, ImageChops.difference(*both)]):
        sheet.paste(picture, (index * width, 0))
    return sheet
