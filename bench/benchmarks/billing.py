"""Billed time per document of a backlog, in batches of 1, 10 and 50, with an OCR service that takes a second.

The billed time is the time from an event to its answer, rounded up to milliseconds, as the local runtime sees it. The
functions get their batches as events: the emulated SQS searches its whole queue on every call and would dominate the
measurement. With batches of one, only a sample of the backlog runs, in several functions at once; a thousand seconds of
waiting would add nothing.
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

from bench.benchmarks.context import BenchmarkContext
from bench.measurement.results import Result, Target
from bench.measurement.sizes import KB
from bench.services.events import sqs_event
from bench.services.function_configuration import analyze_configuration
from bench.services.invocation import invoke
from local.lambda_runtime.process import FunctionProcess

ALONE = "one document an invocation"
_SIZE = 200 * KB
_BACKLOG = 1000


@dataclass(frozen=True)
class _BatchPlan:
    """How the backlog is processed; ``limit`` is the largest allowed ratio to ``ALONE``."""

    batch: int
    functions: int
    documents: int = _BACKLOG
    limit: float | None = None


_SINGLE = _BatchPlan(1, 4, documents=100)
_BATCHES = (_BatchPlan(10, 2, limit=0.12), _BatchPlan(50, 1, limit=0.04))


def measure_billing(context: BenchmarkContext) -> Iterator[Result]:
    """Yield the results, in billed milliseconds per document. The reference of every batch is the mean of ``ALONE``."""
    alone = fmean(_billed(context, _SINGLE))
    for plan in _BATCHES:
        samples = _billed(context, plan)
        documents = len(samples) * plan.batch
        description = f"billed time a document, {documents} waiting, batches of {plan.batch}"
        target = Target(plan.limit) if plan.limit else None
        yield Result("billing", description, ALONE, "ms", samples, [alone] * len(samples), target)


def _billed(context: BenchmarkContext, plan: _BatchPlan) -> list[float]:
    """Process the backlog; return the billed milliseconds per document of each invocation."""
    context.progress(f"a backlog in batches of {plan.batch}")
    with _warm_functions(context, plan) as functions, ThreadPoolExecutor(plan.functions) as threads:

        def process_batch(_: int) -> float:
            function, event = functions.get(), sqs_event(plan.batch, _SIZE)
            start = time.perf_counter()
            invoke(function, event)
            billed = math.ceil((time.perf_counter() - start) * 1000)
            functions.put(function)
            return billed / plan.batch

        return list(threads.map(process_batch, range((100 if context.quick else plan.documents) // plan.batch)))


@contextmanager
def _warm_functions(context: BenchmarkContext, plan: _BatchPlan) -> Iterator[SimpleQueue[FunctionProcess]]:
    services = context.services
    configuration = analyze_configuration(services, services.slow_ocr, plan.batch)
    functions: SimpleQueue[FunctionProcess] = SimpleQueue()
    with ExitStack() as stack:
        for _ in range(plan.functions):
            process = FunctionProcess(configuration, services.folder / "billing.log")
            stack.callback(process.kill)
            invoke(process, sqs_event(plan.batch, _SIZE))
            functions.put(process)
        yield functions
