"""The console in a real Chromium: the pipeline as a user starts it, and a new page for each test.

The variable PIPELINE_PYTHON names the interpreter that runs the pipeline. The tests have their own environment, so that
only they need the browser driver. READER is the emulator's reader; `specimen` is fast.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from console_page import ConsolePage
from playwright.sync_api import Browser, expect, sync_playwright

ROOT = Path(__file__).parents[2]
PYTHON = os.environ.get("PIPELINE_PYTHON", str(ROOT / ".venv" / "bin" / "python"))
READER = os.environ.get("READER", "specimen")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
TIMEOUT_MS = 120_000
"""For busy machines, and because the reader `ocr` is slow."""
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update"]  # fmt: skip
EXIF = """
import io, sys
from PIL import Image
from emulator.specimens.generate import draw
from emulator.specimens.metadata import embed, extract
png = draw("resident", 77)
jpeg, exif = io.BytesIO(), Image.Exif()
exif[0x0112] = int(sys.argv[1])
Image.open(io.BytesIO(png)).convert("RGB").save(jpeg, "JPEG", exif=exif)
sys.stdout.buffer.write(embed(jpeg.getvalue(), extract(png)))
"""


def run_python(*arguments: str) -> bytes:
    """Return the output of the project's interpreter."""
    return subprocess.run(
        [PYTHON, *arguments], cwd=ROOT, check=True, capture_output=True, timeout=TIMEOUT_MS / 1000
    ).stdout


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--take", action="store_true", help="replace the stored pictures instead of comparing with them")


@contextmanager
def running_pipeline() -> Iterator[dict[str, str]]:
    """Start a pipeline; yield its exports, and the console's address as ``CONSOLE``."""
    up = subprocess.Popen(
        [PYTHON, "-m", "local", "up", "--console", "--reader", READER], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        exports: dict[str, str] = {}
        for line in map(str.strip, up.stdout or []):
            if line.startswith("http://127.0.0.1:") and "/#" in line:
                exports["CONSOLE"] = line
                break
            if line.startswith("export "):
                name, _, value = shlex.split(line)[1].partition("=")
                exports[name] = value
        yield exports
    finally:
        up.send_signal(signal.SIGINT)
        assert up.wait(TIMEOUT_MS / 1000) == 0


@pytest.fixture(scope="session")
def endpoints() -> Iterator[dict[str, str]]:
    """The exports of the pipeline that most tests share."""
    with running_pipeline() as exports:
        yield exports


@pytest.fixture(scope="session")
def address(endpoints: dict[str, str]) -> str:
    return endpoints["CONSOLE"]


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a specimen of every kind, and a JPEG with and without an EXIF rotation."""
    folder = tmp_path_factory.mktemp("images")
    run_python("-m", "emulator.specimens", str(folder), "--seed", "7")
    for name, orientation in [("straight.jpg", "1"), ("rotated.jpg", "6")]:
        (folder / name).write_bytes(run_python("-c", EXIF, orientation))
    return folder


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.exit("these tests need Chromium: apt-get install chromium, or name one with CHROMIUM=/path/to/it", 2)
    # A Korean font, in case none is installed.
    fonts = tmp_path_factory.mktemp("share") / "fonts"
    fonts.mkdir()
    (font,) = run_python("-c", "import pylopdf_fonts_ko; print(pylopdf_fonts_ko.sans_path())").decode().splitlines()
    (fonts / Path(font).name).symlink_to(font)
    with sync_playwright() as playwright:
        environment = {**os.environ, "XDG_DATA_HOME": str(fonts.parent)}
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS, timeout=TIMEOUT_MS, env=environment
        )
        yield browser
        browser.close()


@pytest.fixture
def console(browser: Browser, address: str) -> Iterator[ConsolePage]:
    """A new page of the console. Any error in the browser's console fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, timezone_id="Asia/Seoul", locale="en-GB")
    context.set_default_timeout(TIMEOUT_MS)
    expect.set_options(timeout=TIMEOUT_MS)
    console = ConsolePage(context.new_page(), address)
    yield console
    if console.page.url.startswith("http"):
        console.set_fault("none")
    context.close()
    assert console.errors == []
