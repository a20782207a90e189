"""How long batches take at the share of a processor that Lambda gives: ``python -m bench.share [512x10 256x50 …]``.

Each argument is a memory in MB and the number of documents (200 KB each, an OCR service of 1 s, TLS everywhere). The
function starts with a whole processor, as Lambda has it, and is then held to ``memory`` / 1,769 of one by the kernel's
quota, in Lambda's periods of 20 ms: its first batch, which opens all connections, and one after it. It needs root, and
writes to a control group of its own (version 1 or 2).
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
from sealed_ocr.runtime.startup import WHOLE_PROCESSOR_MB

from bench.benchmarks.upload import KB
from bench.services.events import sqs_event
from bench.services.function_configuration import environment
from bench.services.local_services import NotReady, Site
from local.processes.aws_clients import shut_out_real_accounts
from local.processes.child import ROOT

_PERIOD_US = 20_000
_SIZE = 200 * KB
_DEFAULT = ("512x10", "256x10", "512x50", "256x32")
_BATCH = "--batch"


def main() -> None:
    """Measure what the arguments ask for."""
    shut_out_real_accounts()
    table = Table("memory", "documents", "", "seconds", "CPU, ms", "put off")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, Site(Path(folder)) as site:
        for memory, count in (map(int, asked.split("x")) for asked in sys.argv[1:] or _DEFAULT):
            for name, (seconds, cpu, put_off) in zip(("first", "next"), _measured(site, memory, count), strict=True):
                table.add_row(f"{memory}", f"{count}", name, f"{seconds:.1f}", f"{cpu * 1000:.0f}", f"{put_off:.0f}")
    Console().print(table)


def _measured(site: Site, memory: int, count: int) -> list[list[float]]:
    told = environment(site, site.slow_ocr) | {
        "AWS_CA_BUNDLE": str(site.authorities),
        "AWS_ENDPOINT_URL": site.aws_over_tls,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory),
        "BATCH_SIZE": str(count),
        "PYTHONPATH": os.pathsep.join((str(ROOT / "functions"), str(ROOT))),
    }
    with _share(memory / WHOLE_PROCESSOR_MB) as group:
        command = [sys.executable, "-m", "bench.share", _BATCH, str(count), str(group)]
        ended = subprocess.run(command, env=told, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    # The function's own log comes before.
    batches: list[list[float]] = json.loads(ended.stdout.splitlines()[-1])
    return batches


def _batches(count: int, group: Path) -> None:
    from bench.workers import whole_document

    found = []
    (group / "cgroup.procs").write_text(str(os.getpid()))
    for _ in range(2):
        clock, cpu = time.monotonic(), time.process_time()
        put_off = whole_document.handle(sqs_event(count, _SIZE))
        found.append([time.monotonic() - clock, time.process_time() - cpu, put_off])
    print(json.dumps(found))


@contextmanager
def _share(processors: float) -> Iterator[Path]:
    """Make a control group that may use so much of a processor."""
    root, quota = Path("/sys/fs/cgroup"), int(processors * _PERIOD_US)
    one = (root / "cpu").is_dir()
    group = (root / "cpu" if one else root) / f"bench-{os.getpid()}"
    try:
        group.mkdir()
        if one:
            (group / "cpu.cfs_period_us").write_text(str(_PERIOD_US))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (group / "cpu.max").write_text(f"{quota} {_PERIOD_US}")
    except OSError as fault:
        raise NotReady(
            f"a control group of the processor can't be made here ({fault}); it needs Linux and root"
        ) from None
    try:
        yield group
    finally:
        group.rmdir()


if __name__ == "__main__":
    try:
        if sys.argv[1:2] == [_BATCH]:
            _batches(int(sys.argv[2]), Path(sys.argv[3]))
        else:
            main()
    except NotReady as missing:
        sys.exit(f"bench.share: {missing}")
