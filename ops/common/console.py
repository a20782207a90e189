"""Terminal output: sentences, questions, progress bars and JSON. Everything that the tools print passes through here.

With ``--json`` a command prints its report, and nothing else, on standard output. Its sentences go to standard error.
"""

from __future__ import annotations

import sys
from contextvars import ContextVar
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from workstation.terminal import visible, visible_json

_json: ContextVar[bool] = ContextVar("json", default=False)
# Exit code of a command that would have to ask, and cannot.
CANNOT_ASK = 2


def _remember(wanted: bool) -> bool:
    _json.set(wanted)
    return wanted


AsJson = Annotated[
    bool,
    typer.Option(
        "--json", callback=_remember, help="Print one line of JSON, and the sentences on standard error instead."
    ),
]


def print_line(text: str, style: str = "") -> None:
    """Print ``text`` without wrapping it, so that ``grep`` finds it."""
    Console(highlight=False, stderr=_json.get()).print(Text(visible(text), style=style), soft_wrap=True)


def print_report(report: msgspec.Struct) -> None:
    """Print ``report`` as one line of JSON, if the operator wants JSON."""
    if _json.get():
        typer.echo(visible_json(msgspec.json.encode(report).decode()))


def print_error(text: str) -> None:
    """Print ``text`` on standard error."""
    typer.echo(visible(text), err=True)


def confirm(question: str, *, yes: bool) -> bool:
    """Return whether the operator agrees. ``yes`` skips the question.

    Raises
    ------
    typer.Exit
        With ``CANNOT_ASK`` if there is no terminal.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        print_error(question)
        print_error("There is no terminal to ask on. Nothing was changed; pass --yes to agree.")
        raise typer.Exit(CANNOT_ASK)
    return typer.confirm(visible(question), default=False, err=True)


def progress_bar() -> Progress:
    """Return a progress bar on standard error, which shows nothing unless that is a terminal."""
    console = Console(stderr=True)
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
