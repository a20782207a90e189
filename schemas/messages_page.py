"""Writes the examples and the tables of fields between the marks in docs/messages.md, for ``make schemas``."""

from __future__ import annotations

import re
from pathlib import Path

from schemas.example_files import format_json, read_example
from schemas.field_tables import field_table

PAGE = Path(__file__).resolve().parent.parent / "docs" / "messages.md"
_BLOCK = re.compile(r"<!-- (example|fields): ([a-z./-]+) -->\n.*?<!-- end -->\n", re.DOTALL)


def fill_examples(page: str) -> str:
    """Return the page with the current example or table in every block.

    Raises
    ------
    KeyError, FileNotFoundError
        If a block names an example or a card that does not exist.
    """
    return _BLOCK.sub(_fill, page)


def _fill(block: re.Match[str]) -> str:
    content = _example_block(block[2]) if block[1] == "example" else field_table(block[2])
    return f"<!-- {block[1]}: {block[2]} -->\n{content}<!-- end -->\n"


def _example_block(name: str) -> str:
    if name.startswith("answers/"):
        answer = read_example("answers")[name.removeprefix("answers/")]
        headers = "".join(f"{key}: {value}\n" for key, value in answer["headers"].items())
        return f"```http\nHTTP/1.1 {answer['status']}\n{headers}\n{format_json(answer['body'])}```\n"
    return f"```json\n{format_json(read_example(name))}```\n"
