"""How long batches take with Lambda's share of a CPU: ``python -m bench.share [512x10 256x50 …]``.

Each argument is a memory setting in MB and a number of documents (200 KB each, an OCR service of 1 s, TLS everywhere).
The function starts with a whole CPU, as in Lambda. The kernel then limits it to ``memory`` / 1,769 of one, in Lambda's
periods of 20 ms, for its first batch, which opens all connections, and one more. The command needs root, and creates a
control group (version 1 or 2).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.measurement.sizes import KB
from bench.report.cost import MB_PER_CPU
from bench.services.events import sqs_event
from bench.services.function_configuration import function_environment
from bench.services.local_services import LocalServices, MissingRequirement
from local.processes.aws_clients import isolate_aws_environment
from local.processes.child import ROOT

_PERIOD_US = 20_000
_SIZE = 200 * KB
_DEFAULT = ("512x10", "256x10", "512x50", "256x32")
_BATCHES_FLAG = "--batch"


def main() -> None:
    """Measure the combinations in the arguments and print a table."""
    isolate_aws_environment()
    table = Table("memory", "documents", "", "seconds", "CPU, ms", "deferred")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, LocalServices(Path(folder)) as services:
        for memory, count in (map(int, argument.split("x")) for argument in sys.argv[1:] or _DEFAULT):
            batches = _measure(services, memory, count)
            for name, (seconds, cpu, deferred) in zip(("first", "next"), batches, strict=True):
                table.add_row(f"{memory}", f"{count}", name, f"{seconds:.1f}", f"{cpu * 1000:.0f}", f"{deferred:.0f}")
    Console().print(table)


def _measure(services: LocalServices, memory: int, count: int) -> list[list[float]]:
    environment = function_environment(services, services.slow_ocr) | {
        "AWS_ENDPOINT_URL": services.aws_over_tls,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory),
        "BATCH_SIZE": str(count),
        "PYTHONPATH": os.pathsep.join((str(ROOT / "functions"), str(ROOT))),
    }
    with _limited_group(memory / MB_PER_CPU) as group:
        command = [sys.executable, "-m", "bench.share", _BATCHES_FLAG, str(count), str(group)]
        done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    # The function's own log comes before.
    batches: list[list[float]] = json.loads(done.stdout.splitlines()[-1])
    return batches


def _run_batches(count: int, group: Path) -> None:
    from bench.workers import whole_document

    batches = []
    (group / "cgroup.procs").write_text(str(os.getpid()))
    for _ in range(2):
        clock, cpu = time.monotonic(), time.process_time()
        deferred = whole_document.handle(sqs_event(count, _SIZE))
        batches.append([time.monotonic() - clock, time.process_time() - cpu, deferred])
    print(json.dumps(batches))


@contextmanager
def _limited_group(cpus: float) -> Iterator[Path]:
    """Create a control group that is limited to ``cpus`` CPUs."""
    root, quota = Path("/sys/fs/cgroup"), int(cpus * _PERIOD_US)
    version_1 = (root / "cpu").is_dir()
    group = (root / "cpu" if version_1 else root) / f"bench-{os.getpid()}"
    try:
        group.mkdir()
        if version_1:
            (group / "cpu.cfs_period_us").write_text(str(_PERIOD_US))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (group / "cpu.max").write_text(f"{quota} {_PERIOD_US}")
    except OSError as error:
        raise MissingRequirement(f"cannot create a CPU control group ({error}); this needs Linux and root") from None
    try:
        yield group
    finally:
        group.rmdir()


if __name__ == "__main__":
    try:
        if sys.argv[1:2] == [_BATCHES_FLAG]:
            _run_batches(int(sys.argv[2]), Path(sys.argv[3]))
        else:
            main()
    except MissingRequirement as missing:
        sys.exit(f"bench.share: {missing}")
