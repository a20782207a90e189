"""``python -m local up --console``: the pipeline with a page about it, until Ctrl-C."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from local.cli.run import Exit, print_line
from local.cli.session import session
from local.cli.up import describe, wait_for_the_end
from local.console.server import Console

if TYPE_CHECKING:
    from local.pipeline.options import Options


def stay(options: Options) -> None:
    """Start everything, say where the page and all the rest is, and stay."""
    console = Console()
    with (
        session(replace(options, watcher=console.watcher)) as (pipeline, progress),
        console.of(pipeline, options.logs),
    ):
        with progress.aside():
            describe(pipeline, options.logs, None)
            print_line("\n# The console; whoever knows this address can use it:")
            print_line(console.url)
        progress.say("running; Ctrl-C stops everything")
        try:
            wait_for_the_end()
        except KeyboardInterrupt:
            raise typer.Exit(Exit.ANALYZED) from None
