"""What ``docs/operations.md`` quotes of logs and of the dashboard is what the code writes."""

from __future__ import annotations

import re
from pathlib import Path

from sealed_ocr.common.log_event import LogEvent

ROOT = Path(__file__).parents[2]
PAGE = " ".join((ROOT / "docs" / "operations.md").read_text().split())


def source(*folders: str) -> str:
    return "\n".join(path.read_text() for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))


def test_every_event_that_is_named_is_one_that_the_functions_write() -> None:
    named = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", PAGE))
    assert len(named & set(LogEvent)) >= 5
    # Nothing else on that page has a point in its name but files.
    assert named <= set(LogEvent) | {"cdk.json"}


def test_every_graph_that_is_named_is_on_the_dashboard() -> None:
    named = set(re.findall(r'[Gg]raph "([^"]+)"', PAGE)) | set(re.findall(r'\*\*Look\*\* at "([^"]+)"', PAGE))
    assert len(named) >= 4
    dashboard = source("infra")
    assert [name for name in sorted(named) if f'"{name}"' not in dashboard] == []
