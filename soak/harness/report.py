"""The accounts as tables, on the console and for docs/reliability.md."""

from __future__ import annotations

import sys
from collections.abc import Mapping


class Report:
    """Writes each table when it is there."""

    def __init__(self, *, quiet: bool = False) -> None:
        """``quiet`` keeps them to itself."""
        self._quiet = quiet
        self._written: list[str] = []
        self.tables: dict[str, Mapping[str, int | float]] = {}

    def table(self, title: str, rows: Mapping[str, int | float]) -> None:
        """Write a table of numbers in Markdown."""
        self.tables[title] = rows
        lines = [f"{title}", "", "| | |", "|---|---:|", *(f"| {name} | {number:,} |" for name, number in rows.items())]
        self._written.append("\n".join(lines))
        if not self._quiet:
            sys.stdout.write(self._written[-1] + "\n\n")
            sys.stdout.flush()

    def text(self) -> str:
        """Return all that was written."""
        return "\n".join(self._written)
