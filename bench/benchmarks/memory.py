"""Memory of the function's whole process for each image in flight, against the first version's.

A fresh process under AWS's runtime client brings one small image to its end, so that clients, connections and keys are
there; then its resident memory is noted and the kernel's high-water mark (VmHWM) set back, and a batch comes. The OCR
service starts to read only when all images of the batch are on their way. What the mark has risen by is divided among
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from bench.benchmarks.run import Run
from bench.benchmarks.upload import FIRST, KB, MB, named
from bench.measurement.alternation import by_turns
from bench.measurement.figures import Aim, Figure
from bench.services.events import s3_event, sqs_event
from bench.services.function_configuration import analyze, first_version
from bench.services.invocation import invoke
from bench.services.local_services import NotReady
from local.lambda_runtime.process import FunctionConfiguration, FunctionProcess

_COUNTS = (1, 10, 32)
_SIZES = (200 * KB, 20 * MB)
_SMALL = 10 * KB
# The first version would need three gigabytes for 32 images of 20 MB.
_TOO_MUCH = (32, 20 * MB)
_RESET_PEAK = "5"

Event = Callable[[int, int], dict[str, Any]]


def measure_memory(run: Run) -> Iterator[Figure]:
    """Yield the figures, in MB.

    Raises
    ------
    NotReady
        where the kernel keeps no high-water mark that can be set back.
    """
    if not Path("/proc/self/clear_refs").exists():
        raise NotReady("the memory of a process can be measured on Linux alone; --only names the other parts")
    ours, first = analyze(run.site, run.site.ocr, max(_COUNTS)), first_version(run.site, run.site.ocr)
    for size, count in product(_SIZES, _COUNTS):
        run.say(f"memory with {count} images of {named(size)}")
        subjects = {"ours": partial(_each, run, ours, sqs_event, count, size)}
        if (count, size) != _TOO_MUCH:
            subjects[FIRST] = partial(_each, run, first, s3_event, count, size)
        samples = by_turns(subjects, 1 if run.quick else 3)
        what = f"memory for each image in flight, {count} of {named(size)}"
        yield Figure("memory", what, "", "MB", samples["ours"], aim=Aim(1))
        if FIRST in samples:
            yield Figure("memory", what, FIRST, "MB", samples["ours"], samples[FIRST])


def _each(run: Run, function: FunctionConfiguration, event: Event, count: int, size: int) -> float:
    run.site.ocr.gather(1)
    process = FunctionProcess(function, run.site.folder / "memory.log")
    try:
        invoke(process, event(1, _SMALL))
        idle = _status(process.pid, "VmRSS")
        Path(f"/proc/{process.pid}/clear_refs").write_text(_RESET_PEAK)
        run.site.ocr.gather(count)
        invoke(process, event(count, size))
        peak = _status(process.pid, "VmHWM")
    finally:
        process.kill()
    return (peak - idle) / count / MB


def _status(pid: int, name: str) -> int:
    """Return an entry of the kernel's about a process, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))
