"""The Korean front page says how to start and leads on as the English one does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
ENGLISH, KOREAN = ((ROOT / name).read_text() for name in ("README.md", "README.ko.md"))
FRONT = ENGLISH[: ENGLISH.index("## How it works")]
LINK = re.compile(r"\]\(([^)]+)\)|src(?:set)?=\"([^\"]+)\"")
COMMAND = re.compile(r"^make \w+", re.MULTILINE)
BLOCK = re.compile(r"^```\n.*?^```", re.MULTILINE | re.DOTALL)


def links(text: str) -> list[str]:
    return [link or source for link, source in LINK.findall(text)]


def test_it_has_the_links_of_the_english_front_in_the_same_order() -> None:
    last = ENGLISH.rstrip().splitlines()[-1]
    expected = [link for link in links(FRONT) + links(last) if link != "README.ko.md" and not link.startswith("#")]
    assert [link for link in links(KOREAN) if not link.startswith("README.md")] == expected
    assert "README.md" in links(KOREAN)


def test_it_has_the_commands_of_the_english_front() -> None:
    assert COMMAND.findall(KOREAN) == COMMAND.findall(FRONT) == ["make run", "make test"]
    assert set(re.findall(r"`(make [^`]+)`", KOREAN)) <= set(re.findall(r"`(make [^`]+)`", ENGLISH))


def test_it_shows_the_same_output() -> None:
    assert BLOCK.findall(KOREAN)[1] == BLOCK.findall(FRONT)[1]


def test_it_is_korean() -> None:
    prose = BLOCK.sub("", KOREAN)
    assert len(re.findall("[가-힣]", prose)) > len(re.findall(r"[a-z]{4,} [a-z]{4,}", prose)) * 20
