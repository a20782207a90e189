"""Reads and writes the example files: one for each message, and one with the answers of the verification."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "examples"
_MAX_LINE = 110
_INNERMOST_OBJECT = re.compile(r"\{[^{}\[\]]+\}")


def read_example(name: str) -> Any:
    """Return the example with this name."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def write_example(name: str, tree: object) -> None:
    """Write the example with this name."""
    (FOLDER / f"{name}.json").write_text(format_json(tree), encoding="utf-8")


def format_json(tree: object) -> str:
    """Return readable JSON. A small object, for example a box, is on one line."""
    return _INNERMOST_OBJECT.sub(_join_lines, json.dumps(tree, indent=2, ensure_ascii=False)) + "\n"


def _join_lines(match: re.Match[str]) -> str:
    flat = re.sub(r"\n *", " ", match[0])
    return flat if len(flat) <= _MAX_LINE else match[0]
