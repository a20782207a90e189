"""Memory of the function's whole process per image in flight, compared with the first version.

A fresh process under AWS's runtime client handles one small image, so that clients, connections and keys exist. The
benchmark then notes its resident memory, resets the kernel's high-water mark (VmHWM) and sends a batch. The OCR service
starts to read only when all images of the batch are in flight. The rise of the mark is divided by their number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from bench.benchmarks.context import BenchmarkContext
from bench.benchmarks.upload import FIRST
from bench.measurement.interleaving import interleave
from bench.measurement.results import Result, Target
from bench.measurement.sizes import KB, MB, size_label
from bench.services.events import s3_event, sqs_event
from bench.services.function_configuration import analyze_configuration, first_version_configuration
from bench.services.invocation import invoke
from bench.services.local_services import MissingRequirement
from local.lambda_runtime.process import FunctionConfiguration, FunctionProcess

_COUNTS = (1, 10, 32)
_SIZES = (200 * KB, 20 * MB)
_WARM_UP_SIZE = 10 * KB
# The first version would need three gigabytes for 32 images of 20 MB.
_SKIPPED_FOR_FIRST_VERSION = (32, 20 * MB)
_RESET_HIGH_WATER_MARK = "5"

MakeEvent = Callable[[int, int], dict[str, Any]]


def measure_memory(context: BenchmarkContext) -> Iterator[Result]:
    """Yield the results, in MB.

    Raises
    ------
    MissingRequirement
        If the kernel has no high-water mark that can be reset.
    """
    if not Path("/proc/self/clear_refs").exists():
        raise MissingRequirement("the memory of a process can be measured on Linux only; --only names the other parts")
    services = context.services
    ours = analyze_configuration(services, services.ocr, max(_COUNTS))
    first = first_version_configuration(services, services.ocr)
    for size, count in product(_SIZES, _COUNTS):
        context.progress(f"memory with {count} images of {size_label(size)}")
        candidates = {"ours": partial(_mb_per_image, context, ours, sqs_event, count, size)}
        if (count, size) != _SKIPPED_FOR_FIRST_VERSION:
            candidates[FIRST] = partial(_mb_per_image, context, first, s3_event, count, size)
        samples = interleave(candidates, 1 if context.quick else 3)
        description = f"memory for each image in flight, {count} of {size_label(size)}"
        yield Result("memory", description, "", "MB", samples["ours"], target=Target(1))
        if FIRST in samples:
            yield Result("memory", description, FIRST, "MB", samples["ours"], samples[FIRST])


def _mb_per_image(
    context: BenchmarkContext, function: FunctionConfiguration, make_event: MakeEvent, count: int, size: int
) -> float:
    ocr = context.services.ocr
    ocr.set_barrier(1)
    process = FunctionProcess(function, context.services.folder / "memory.log")
    try:
        invoke(process, make_event(1, _WARM_UP_SIZE))
        idle = _memory_bytes(process.pid, "VmRSS")
        Path(f"/proc/{process.pid}/clear_refs").write_text(_RESET_HIGH_WATER_MARK)
        ocr.set_barrier(count)
        invoke(process, make_event(count, size))
        peak = _memory_bytes(process.pid, "VmHWM")
    finally:
        process.kill()
    return (peak - idle) / count / MB


def _memory_bytes(pid: int, name: str) -> int:
    """Return an entry of ``/proc/PID/status`` in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))
