"""Each text of the page has a Korean translation, with the same placeholders."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

STATIC = Path(__file__).parents[3] / "local" / "console" / "static"
KOREAN = {
    json.loads(english): json.loads(korean)
    for english, korean in re.findall(
        r'^  ("(?:[^"\\]|\\.)*"): ("(?:[^"\\]|\\.)*"),$', (STATIC / "korean.js").read_text(), re.MULTILINE
    )
}
TEXTS = sorted(
    {
        *(text for path in STATIC.glob("*.js") for text in re.findall(r'\bt\("([^"]+)"', path.read_text())),
        *re.findall(r"data-t(?: \w+)?>([^<]+)<", (STATIC / "index.html").read_text()),
        *re.findall(r'data-t-label[^>]* aria-label="([^"]+)"', (STATIC / "index.html").read_text()),
        *re.findall(r'data-t-placeholder[^>]* placeholder="([^"]+)"', (STATIC / "index.html").read_text()),
    }
)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_has_a_korean_translation(text: str) -> None:
    assert re.search("[가-힣]", KOREAN.get(text, ""))


def test_translations_keep_their_placeholders() -> None:
    for english, korean in KOREAN.items():
        assert sorted(re.findall(r"\{\d\}", english)) == sorted(re.findall(r"\{\d\}", korean)), english


def test_every_line_of_the_table_is_read() -> None:
    assert len(KOREAN) == (STATIC / "korean.js").read_text().count('": "')
