"""Writes the examples between the marks in docs/messages.md, for ``make schemas``."""

from __future__ import annotations

import re
from pathlib import Path

from schemas.example_files import format_json, read_example

PAGE = Path(__file__).resolve().parent.parent / "docs" / "messages.md"
_BLOCK = re.compile(r"<!-- example: ([a-z./-]+) -->\n.*?<!-- end -->\n", re.DOTALL)


def fill_examples(page: str) -> str:
    """Return the page with the current example in every block.

    Raises
    ------
    KeyError, FileNotFoundError
        If a block names an example that does not exist.
    """
    return _BLOCK.sub(lambda block: f"<!-- example: {block[1]} -->\n{_example_block(block[1])}<!-- end -->\n", page)


def _example_block(name: str) -> str:
    if name.startswith("answers/"):
        answer = read_example("answers")[name.removeprefix("answers/")]
        headers = "".join(f"{key}: {value}\n" for key, value in answer["headers"].items())
        return f"```http\nHTTP/1.1 {answer['status']}\n{headers}\n{format_json(answer['body'])}```\n"
    return f"```json\n{format_json(read_example(name))}```\n"
