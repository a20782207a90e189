"""docs/messages.md: its examples stand between marks, and are written by ``make schemas``."""

from __future__ import annotations

import re
from pathlib import Path

from schemas.example_files import pretty, read

PAGE = Path(__file__).resolve().parent.parent / "docs" / "messages.md"
_BLOCK = re.compile(r"<!-- example: ([a-z./-]+) -->\n.*?<!-- end -->\n", re.DOTALL)


def filled(page: str) -> str:
    """Return the page with every block as its example is now.

    Raises
    ------
    KeyError, FileNotFoundError
        when a block names an example that does not exist.
    """
    return _BLOCK.sub(lambda block: f"<!-- example: {block[1]} -->\n{_shown(block[1])}<!-- end -->\n", page)


def _shown(name: str) -> str:
    if name.startswith("answers/"):
        answer = read("answers")[name.removeprefix("answers/")]
        head = "".join(f"{key}: {value}\n" for key, value in answer["headers"].items())
        return f"```http\nHTTP/1.1 {answer['status']}\n{head}\n{pretty(answer['body'])}```\n"
    return f"```json\n{pretty(read(name))}```\n"
