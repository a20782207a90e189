"""Progress, on standard error alone: standard output belongs to the results."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.live import Live
from rich.logging import RichHandler
from rich.spinner import Spinner
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType


class Progress:
    """What is being done: one line that changes on a terminal, lines of a log elsewhere."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._spinner = Spinner("dots")
        # Without the redirections: by default rich would send what is printed to standard output here as well.
        self._live = Live(
            self._spinner, console=self._console, transient=True, redirect_stdout=False, redirect_stderr=False
        )

    def __enter__(self) -> Self:
        handler = RichHandler(console=self._console, show_time=False, show_path=False, show_level=False)
        logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[handler])
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def say(self, doing: str) -> None:
        """Say what is being done now."""
        self.count(doing)
        if not self._console.is_terminal:
            self.note(doing)

    def count(self, doing: str) -> None:
        """Say how far it is; nothing where each time would be a line more."""
        self._spinner.update(text=Text(doing))

    def note(self, fact: str) -> None:
        """Say something that stays."""
        self._console.print(Text(fact), soft_wrap=True)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Make room for what is printed to standard output, which may be the same terminal."""
        running = self._live.is_started
        self._live.stop()
        try:
            yield
        finally:
            if running:
                self._live.start()
