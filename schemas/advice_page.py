"""Writes the tables between the marks in docs/advice.md, and the texts as JSON, for ``make schemas``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sealed_ocr.common.advice import PROBLEMS, REJECTIONS, RESULT_CODES, Advice

PAGE = Path(__file__).resolve().parent.parent / "docs" / "advice.md"
_BLOCK = re.compile(r"<!-- advice: ([a-zA-Z]+) -->\n.*?<!-- end -->\n", re.DOTALL)
_TABLES: dict[str, dict[str, Advice]] = {
    "rejections": REJECTIONS,
    "resultCodes": {str(code): advice for code, advice in RESULT_CODES.items()},
    "problems": PROBLEMS,
}


def advice_file() -> dict[str, Any]:
    """Return every text, for consumers that show their own or translate ours."""
    return {name: {code: advice._asdict() for code, advice in table.items()} for name, table in _TABLES.items()}


def fill_tables(page: str) -> str:
    """Return the page with the current table in every block.

    Raises
    ------
    KeyError
        If a block names a table that does not exist.
    """
    return _BLOCK.sub(lambda block: f"<!-- advice: {block[1]} -->\n{_table(_TABLES[block[1]])}<!-- end -->\n", page)


def _table(table: dict[str, Advice]) -> str:
    rows = [
        f"| `{code}` | {'**yes**' if advice.final else 'no'} | {advice.ko} | {advice.en} |"
        for code, advice in table.items()
    ]
    return "\n".join(["| code | final | Korean | English |", "|---|---|---|---|", *rows, ""])
