"""Progress messages, on standard error only. Standard output is for the results."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.live import Live
from rich.logging import RichHandler
from rich.spinner import Spinner
from rich.text import Text

from workstation.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType


class _VisibleFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(visible(line) for line in super().format(record).split("\n"))


class ProgressDisplay:
    """Shows the current step: one changing line on a terminal, log lines elsewhere."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._spinner = Spinner("line" if self._console.options.ascii_only else "dots")
        # Without these arguments rich would redirect standard output to standard error as well.
        self._live = Live(
            self._spinner, console=self._console, transient=True, redirect_stdout=False, redirect_stderr=False
        )

    def __enter__(self) -> Self:
        handler = RichHandler(console=self._console, show_time=False, show_path=False, show_level=False)
        handler.setFormatter(_VisibleFormatter("%(message)s"))
        logging.basicConfig(level=logging.WARNING, handlers=[handler])
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def step(self, text: str) -> None:
        """Show a new step."""
        self.update(text)
        if not self._console.is_terminal:
            self.note(text)

    def update(self, text: str) -> None:
        """Show the progress within a step, on a terminal only."""
        self._spinner.update(text=Text(visible(text)))

    def note(self, text: str) -> None:
        """Print a line that stays."""
        self._console.print(Text(visible(text)), soft_wrap=True)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Hide the changing line while the block prints to standard output, which may be the same terminal."""
        running = self._live.is_started
        self._live.stop()
        try:
            yield
        finally:
            if running:
                self._live.start()
