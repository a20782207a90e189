"""Speaking with the operator: sentences, questions, progress."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text


def say(sentence: str, style: str = "") -> None:
    """Print a sentence, in one line however long: it may be searched for."""
    Console(highlight=False).print(Text(sentence, style=style), soft_wrap=True)


def agreed(question: str, *, yes: bool) -> bool:
    """Return whether the operator wants it; ``yes`` was said beforehand. No answer at all ends the command."""
    return yes or typer.confirm(question, default=False)


def progress() -> Progress:
    """Return a bar on standard error."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return for instance "1 letter" or "3 letters"."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"
