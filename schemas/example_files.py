"""The examples as files: one for each message, and one of the verification's answers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "examples"
_LINE = 110
_INNERMOST = re.compile(r"\{[^{}\[\]]+\}")


def read(name: str) -> Any:
    """Return the example of that name."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def write(name: str, tree: object) -> None:
    """Write it again."""
    (FOLDER / f"{name}.json").write_text(pretty(tree), encoding="utf-8")


def pretty(tree: object) -> str:
    """Return the JSON as people read it: what fits on a line, a box for instance, stands on one."""
    return _INNERMOST.sub(_on_a_line, json.dumps(tree, indent=2, ensure_ascii=False)) + "\n"


def _on_a_line(found: re.Match[str]) -> str:
    flat = re.sub(r"\n *", " ", found[0])
    return flat if len(flat) <= _LINE else found[0]
