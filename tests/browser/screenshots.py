"""Takes the screenshots of the console in docs/images (`make screenshots`). They show specimens."""

from __future__ import annotations

from pathlib import Path

import pytest
from console_page import ConsolePage

IMAGES = Path(__file__).parents[2] / "docs" / "images"
MAX_BYTES = 300_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_take_a_screenshot(console: ConsolePage, scheme: str) -> None:
    page = console.page
    page.set_viewport_size({"width": 1380, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    for sample, outcome in [("credit-card", "analyzed"), ("letter", "rejected"), ("passport", "analyzed")]:
        console.sample(sample, outcome)
    console.sample("driver")
    console.show_values()
    console.expect_stations(bucket="done", queue="done", function="done", ocr="done", results="done")
    page.click("#verify")
    page.wait_for_selector(".verdict.yes")
    page.hover("button.field >> nth=3")
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0) }")
    IMAGES.mkdir(exist_ok=True)
    picture = page.screenshot(path=IMAGES / f"console-{scheme}.png", animations="disabled")
    assert len(picture) <= MAX_BYTES
