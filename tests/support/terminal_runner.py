"""Runs a command line whose input is a terminal, as far as the command can see."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from typer.testing import CliRunner


class TerminalRunner(CliRunner):
    """As ``CliRunner``, whose input is none."""

    @contextmanager
    def isolation(self, *given: Any, **more: Any) -> Iterator[Any]:
        with super().isolation(*given, **more) as streams:
            sys.stdin.isatty = lambda: True  # type: ignore[method-assign]  # the runner's own object
            yield streams
