"""What ``docs/operations.md`` quotes of logs and of the dashboard is what the code writes."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = " ".join((ROOT / "docs" / "operations.md").read_text().split())
# Of a paragraph's "Look", up to its "Do".
LOOK = [text.partition("**Do**")[0] for text in PAGE.split("**Look**")[1:]]


def source(*folders: str) -> str:
    return "\n".join(path.read_text() for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))


def test_every_log_line_that_is_quoted_is_one_that_the_functions_write() -> None:
    quoted = re.findall(r'(?:for|or|says) "([^"]+)"', " ".join(LOOK) + " ".join(re.findall(r'log says "[^"]+"', PAGE)))
    assert len(set(quoted)) >= 5
    functions = source("functions/sealed_ocr")
    assert [line for line in quoted if line not in functions] == []


def test_every_graph_that_is_named_is_on_the_dashboard() -> None:
    named = set(re.findall(r'[Gg]raph "([^"]+)"', PAGE)) | set(re.findall(r'\*\*Look\*\* at "([^"]+)"', PAGE))
    assert len(named) >= 4
    dashboard = source("infra")
    assert [name for name in sorted(named) if f'"{name}"' not in dashboard] == []
