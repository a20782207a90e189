"""``make bench``: runs all benchmarks and writes the results to the console and docs/performance.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console

from bench.benchmarks.context import BenchmarkContext
from bench.benchmarks.registry import BENCHMARKS
from bench.measurement.results import Result
from bench.measurement.worker import WorkerError
from bench.report.machine import describe_machine, load_average
from bench.report.page import write_pages
from bench.report.record import RECORD_FILE, RunRecord, read_record, write_record
from bench.report.table import console_table
from bench.services.invocation import FunctionFailed
from bench.services.local_services import LocalServices, MissingRequirement
from local.cli.progress import ProgressDisplay
from local.processes.aws_clients import isolate_aws_environment
from local.processes.child import ChildError

_PAIRS, _QUICK_PAIRS = 15, 3
# Width of the table where the output is no terminal.
_WIDTH = 190


def main() -> int:
    """Run the benchmarks.

    Returns
    -------
    int
        Exit code: 0 after a complete measurement, whether or not targets are met; 2 if it failed; 130 if interrupted.
    """
    options = _parser().parse_args()
    console = Console()
    if not console.is_terminal:
        console.width = _WIDTH
    if options.list:
        console.print("\n".join(BENCHMARKS), highlight=False)
        return 0
    if options.render:
        write_pages(read_record(RECORD_FILE))
        return 0
    isolate_aws_environment()
    pairs = _QUICK_PAIRS if options.quick else _PAIRS
    load_before, start = load_average(), time.monotonic()
    try:
        results = _measure(options.only or list(BENCHMARKS), pairs, quick=options.quick)
    except (MissingRequirement, ChildError, WorkerError, FunctionFailed) as error:
        sys.stderr.write(f"bench: {error}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    console.print(console_table(results))
    console.print(f"{time.monotonic() - start:.0f} s; load average {load_before:.2f} before", highlight=False)
    if not options.only and not options.quick:
        record = RunRecord(describe_machine(load_before), pairs, results)
        write_record(record, RECORD_FILE)
        for file in (RECORD_FILE, *write_pages(record)):
            console.print(f"written: {file.name}", highlight=False)
    if any(result.met is False for result in results):
        console.print("[bold red]not every target was met: see the lines with NO[/]")
    return 0


def _measure(names: Sequence[str], pairs: int, *, quick: bool) -> list[Result]:
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        ProgressDisplay() as progress,
        LocalServices(Path(folder)) as services,
    ):
        results: list[Result] = []
        for number, name in enumerate(names, 1):
            heading, start = f"{number}/{len(names)} {name}", time.monotonic()
            context = BenchmarkContext(services, pairs, quick, partial(_show_progress, progress, heading))
            results += BENCHMARKS[name](context)
            progress.note(f"{heading}: {time.monotonic() - start:.0f} s")
        return results


def _show_progress(progress: ProgressDisplay, heading: str, activity: str) -> None:
    progress.step(f"{heading}: {activity}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m bench", description="Our functions, compared with references.")
    parser.add_argument(
        "--only", choices=BENCHMARKS, action="append", help="run this benchmark; repeatable; writes no page"
    )
    parser.add_argument("--quick", action="store_true", help="few samples, to try the benchmarks; writes no page")
    parser.add_argument("--list", action="store_true", help="list the benchmarks")
    parser.add_argument("--render", action="store_true", help="write the page from the last run's results")
    return parser


if __name__ == "__main__":
    sys.exit(main())
