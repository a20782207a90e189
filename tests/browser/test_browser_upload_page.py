"""The example's upload page: an applicant picks an image, and the pipeline gets it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import PYTHON, ROOT, TIMEOUT_MS
from playwright.sync_api import Browser, Page, expect


@pytest.fixture
def page(browser: Browser, endpoints: dict[str, str]) -> Iterator[Page]:
    """A new page of the example's server. A script's error, and what the page's policy refuses, fails the test."""
    command = [PYTHON, str(ROOT / "examples" / "upload_page.py"), "--bucket", endpoints["IMAGES"]]
    environment = {**os.environ, **endpoints, "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    context, errors = browser.new_context(), []
    context.set_default_timeout(TIMEOUT_MS)
    expect.set_options(timeout=TIMEOUT_MS)
    page = context.new_page()
    # An answer that explains what is wrong is an error to the browser too.
    page.on("console", lambda message: errors.append(message.text) if "Refused" in message.text else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        page.goto((server.stdout.readline() if server.stdout else "").strip())
        yield page
    finally:
        context.close()
        server.kill()
        server.wait()
    assert errors == []


@pytest.mark.parametrize("once", [False, True])
def test_an_image_is_uploaded_from_the_page(page: Page, images: Path, once: bool) -> None:
    page.locator("[name=image]").set_input_files(images / "straight.jpg")
    page.locator("[name=correlationId]").fill("application-4711")
    page.locator("[name=once]").set_checked(once)
    page.get_by_role("button", name="Upload").click()
    outcome = page.locator("#outcome")
    expect(outcome).to_have_text(re.compile(r"^uploaded as id-card/[0-9a-f-]{36}\.jpg$"))


def test_what_cannot_be_uploaded_is_explained(page: Page, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("text")
    page.locator("[name=image]").set_input_files(text)
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#outcome")).to_have_text("not uploaded: the image must be one of image/png, image/jpeg")
