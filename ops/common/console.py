"""Terminal output: sentences, questions and progress bars. Everything that the tools print passes through here."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from workstation.terminal import visible


def print_line(text: str, style: str = "") -> None:
    """Print ``text`` without wrapping it, so that ``grep`` finds it."""
    Console(highlight=False).print(Text(visible(text), style=style), soft_wrap=True)


def print_error(text: str) -> None:
    """Print ``text`` on standard error."""
    typer.echo(visible(text), err=True)


def confirm(question: str, *, yes: bool) -> bool:
    """Return whether the operator agrees. ``yes`` skips the question; end of input aborts the command."""
    return yes or typer.confirm(visible(question), default=False)


def progress_bar() -> Progress:
    """Return a progress bar on standard error."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
