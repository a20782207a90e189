"""Billed time for each document of a backlog, in batches of 1, 10 and 50, with an OCR service that takes a second.

What AWS would bill is the time from an event's coming to its answer, in whole milliseconds, as the local runtime sees
it. The batches are given to the functions as events: an emulated SQS that looks through its whole queue at every call
would be what is measured. With batches of one only a sample of the backlog runs, in several functions at once, since a
thousand seconds of waiting would tell no more.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from statistics import fmean

from bench.benchmarks.run import Run
from bench.benchmarks.upload import KB
from bench.measurement.figures import Aim, Figure
from bench.services.events import sqs_event
from bench.services.function_configuration import analyze
from bench.services.invocation import invoke
from local.lambda_runtime.process import FunctionProcess

ALONE = "one document an invocation"
_SIZE = 200 * KB
_BACKLOG = 1000


@dataclass(frozen=True)
class _Way:
    """How the backlog is worked off; ``limit`` is the share of ALONE's time that is allowed."""

    batch: int
    functions: int
    documents: int = _BACKLOG
    limit: float | None = None


_SINGLE = _Way(1, 4, documents=100)
_BATCHES = (_Way(10, 2, limit=0.12), _Way(50, 1, limit=0.04))


def measure_billing(run: Run) -> Iterator[Figure]:
    """Yield the figures: billed milliseconds a document. A batch's own are its samples; ALONE is their common mean."""
    alone = fmean(_billed(run, _SINGLE))
    for way in _BATCHES:
        each = _billed(run, way)
        what = f"billed time a document, {len(each) * way.batch} waiting, batches of {way.batch}"
        yield Figure("billing", what, ALONE, "ms", each, [alone] * len(each), Aim(way.limit) if way.limit else None)


def _billed(run: Run, way: _Way) -> list[float]:
    """Work off the backlog; return each invocation's billed milliseconds a document."""
    run.say(f"a backlog in batches of {way.batch}")
    with _warm(run, way) as functions, ThreadPoolExecutor(way.functions) as threads:

        def one(_: int) -> float:
            function, event = functions.get(), sqs_event(way.batch, _SIZE)
            began = time.perf_counter()
            invoke(function, event)
            billed = math.ceil((time.perf_counter() - began) * 1000)
            functions.put(function)
            return billed / way.batch

        return list(threads.map(one, range((100 if run.quick else way.documents) // way.batch)))


@contextmanager
def _warm(run: Run, way: _Way) -> Iterator[SimpleQueue[FunctionProcess]]:
    configuration = analyze(run.site, run.site.slow_ocr, way.batch)
    functions: SimpleQueue[FunctionProcess] = SimpleQueue()
    with ExitStack() as stack:
        for _ in range(way.functions):
            process = FunctionProcess(configuration, run.site.folder / "billing.log")
            stack.callback(process.kill)
            invoke(process, sqs_event(way.batch, _SIZE))
            functions.put(process)
        yield functions
