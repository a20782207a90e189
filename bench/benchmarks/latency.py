"""Seconds from an upload to its message, with an OCR service that takes a second: what users feel.

The function measures them itself, as its metric ``SecondsToMessage``. The upload's time is the moment before the event
is handed over, and for the first document after idle the moment before the process starts. How long S3 takes for its
event, and Lambda to receive it from SQS, is not part of it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from statistics import fmean

from sealed_ocr.common.metric_name import Metric
from sealed_ocr.common.timestamps import timestamp

from bench.benchmarks.context import BenchmarkContext
from bench.measurement.results import Result, Target
from bench.measurement.sizes import KB
from bench.services.events import sqs_event
from bench.services.function_configuration import analyze_configuration
from bench.services.invocation import FunctionFailed, invoke
from local.lambda_runtime.process import FunctionProcess

_SIZE, _BATCH = 200 * KB, 10
_CALL_SECONDS = 1
_LIMIT_SECONDS = 3
# Name and documents of a warm invocation: milliseconds that our code may add. The documents of a batch share one CPU.
_WARM = {("alone", 1): 50, (f"in a full batch of {_BATCH}", _BATCH): 100}
_LOG_SECONDS = 10


def measure_latency(context: BenchmarkContext) -> Iterator[Result]:
    """Yield the results. A sample is the mean of the documents of one invocation."""
    for (name, documents), limit_ms in _WARM.items():
        samples = _warm(context, name, documents)
        yield _seconds(name, samples)
        added = [(seconds - _CALL_SECONDS) * 1000 for seconds in samples]
        yield Result("latency", f"of it added by us, {name}", "", "ms", added, target=Target(limit_ms))
    yield _seconds("first after idle (cold start)", _cold(context))


def _seconds(name: str, samples: list[float]) -> Result:
    description = f"upload to message, OCR call of {_CALL_SECONDS} s, {name}"
    return Result("latency", description, "", "s", samples, target=Target(_LIMIT_SECONDS))


def _warm(context: BenchmarkContext, name: str, documents: int) -> list[float]:
    context.progress(f"a document {name}")
    with ExitStack() as stack:
        start = _starter(context, stack)
        process, log = start()
        _waited(process, log, documents, time.time())
        return [_waited(process, log, documents, time.time()) for _ in range(context.pairs)]


def _cold(context: BenchmarkContext) -> list[float]:
    context.progress("the first document after idle")
    samples = []
    for _ in range(context.pairs):
        with ExitStack() as stack:
            start = _starter(context, stack)
            uploaded_at = time.time()
            process, log = start()
            samples.append(_waited(process, log, 1, uploaded_at))
    return samples


def _starter(context: BenchmarkContext, stack: ExitStack) -> Callable[[], tuple[FunctionProcess, Path]]:
    """Return what starts a function; ``stack`` ends it. The services run before, because they are AWS's and NHN's."""
    services = context.services
    configuration = analyze_configuration(services, services.slow_ocr, _BATCH)
    log = next(path for number in count() if not (path := services.folder / f"latency-{number}.log").exists())
    log.touch()

    def start() -> tuple[FunctionProcess, Path]:
        process = FunctionProcess(configuration, log)
        stack.callback(process.kill)
        return process, log

    return start


def _waited(process: FunctionProcess, log: Path, documents: int, uploaded_at: float) -> float:
    """Process a batch and return the mean of its documents' seconds from the upload to the message."""
    known = len(_recorded(log))
    invoke(process, sqs_event(documents, _SIZE, timestamp(uploaded_at)))
    deadline = time.monotonic() + _LOG_SECONDS
    while len(found := _recorded(log)[known:]) < documents:
        if time.monotonic() > deadline:
            raise FunctionFailed(f"the function recorded {len(found)} of {documents} documents")
        time.sleep(0.01)
    return fmean(found)


def _recorded(log: Path) -> list[float]:
    """Return every value of the metric in ``log``; the series of a kind repeats those of the series without one."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith('{"_aws"')]
    return [value for line in lines if "kind" not in line for value in line.get(Metric.SECONDS_TO_MESSAGE, [])]
