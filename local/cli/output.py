"""The results, on standard output only. Everything that is printed there passes through this module."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.console import Console

from local.cli.report import document_table, verdict_line
from workstation.terminal import visible_json

if TYPE_CHECKING:
    from local.pipeline.messages import Message
    from local.pipeline.verdicts import Verdict


def print_line(line: str = "") -> None:
    """Write a line and flush it: a reader may be waiting for it. JSON in the line stays the same JSON."""
    sys.stdout.write(f"{visible_json(line)}\n")
    sys.stdout.flush()


def print_document(name: str, message: Message) -> None:
    """Print a table about a document."""
    Console().print(document_table(name, message))


def print_verdict(name: str, verdict: Verdict) -> None:
    """Print a line about a verdict."""
    Console().print(verdict_line(name, verdict))
