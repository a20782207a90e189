"""Results as Markdown tables, for the console and docs/reliability.md."""

from __future__ import annotations

import sys
from collections.abc import Mapping


class Report:
    """Prints each table as soon as it is added."""

    def __init__(self, *, quiet: bool = False) -> None:
        """Create an empty report. A ``quiet`` one prints nothing."""
        self._quiet = quiet
        self._written: list[str] = []
        self.tables: dict[str, Mapping[str, int | float]] = {}

    def table(self, title: str, rows: Mapping[str, int | float]) -> None:
        """Add a table of numbers."""
        self.tables[title] = rows
        lines = [f"{title}", "", "| | |", "|---|---:|", *(f"| {name} | {number:,} |" for name, number in rows.items())]
        self._written.append("\n".join(lines))
        if not self._quiet:
            sys.stdout.write(self._written[-1] + "\n\n")
            sys.stdout.flush()

    def text(self) -> str:
        """Return all tables as text."""
        return "\n".join(self._written)
