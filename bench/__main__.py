"""``make bench``: everything in one run, as a table and as docs/performance.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console

from bench.benchmarks.registry import PARTS
from bench.benchmarks.run import Run
from bench.measurement.figures import Figure
from bench.measurement.worker import WorkerError
from bench.report import machine, page, record
from bench.report.table import console_table
from bench.services.invocation import FunctionFailed
from bench.services.local_services import NotReady, Site
from local.cli.progress import Progress
from local.processes.aws_clients import shut_out_real_accounts
from local.processes.child import ChildError

_PAIRS, _QUICK_PAIRS = 15, 3
# Of a table that nobody's terminal limits.
_WIDTH = 190


def main() -> int:
    """Return 0 when it could be measured, whatever was found, 2 when not, 130 when interrupted."""
    options = _parser().parse_args()
    console = Console()
    if not console.is_terminal:
        console.width = _WIDTH
    if options.list:
        console.print("\n".join(PARTS), highlight=False)
        return 0
    if options.render:
        page.write(record.read(record.FILE))
        return 0
    shut_out_real_accounts()
    pairs = _QUICK_PAIRS if options.quick else _PAIRS
    before, began = machine.load(), time.monotonic()
    try:
        figures = _measure(options.only or list(PARTS), pairs, quick=options.quick)
    except (NotReady, ChildError, WorkerError, FunctionFailed) as fault:
        sys.stderr.write(f"bench: {fault}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    console.print(console_table(figures))
    console.print(f"{time.monotonic() - began:.0f} s; load average {before:.2f} before", highlight=False)
    if not options.only and not options.quick:
        found = record.Record(machine.describe(before), pairs, figures)
        record.write(found, record.FILE)
        for file in (record.FILE, *page.write(found)):
            console.print(f"written: {file.name}", highlight=False)
    if any(figure.met is False for figure in figures):
        console.print("[bold red]not every aim was reached: see the lines with NO[/]")
    return 0


def _measure(parts: Sequence[str], pairs: int, *, quick: bool) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, Progress() as progress, Site(Path(folder)) as site:
        figures: list[Figure] = []
        for number, part in enumerate(parts, 1):
            heading, began = f"{number}/{len(parts)} {part}", time.monotonic()
            figures += PARTS[part](Run(site, pairs, quick, partial(_say, progress, heading)))
            progress.note(f"{heading}: {time.monotonic() - began:.0f} s")
        return figures


def _say(progress: Progress, heading: str, doing: str) -> None:
    progress.say(f"{heading}: {doing}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m bench", description="What we do, against what it could be.")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part, again for more; writes no page")
    parser.add_argument("--quick", action="store_true", help="few repeats, to try the bench itself; writes no page")
    parser.add_argument("--list", action="store_true", help="name the parts")
    parser.add_argument("--render", action="store_true", help="write the page again from the last run's figures")
    return parser


if __name__ == "__main__":
    sys.exit(main())
