"""CPU time of a cold function's first batch over TLS, compared with boto3 making the same calls in as many threads.

A first batch pays for its connections: each of its threads opens one to every service.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from bench.benchmarks.context import BenchmarkContext
from bench.benchmarks.document import aws_calls_of_one_document
from bench.measurement.interleaving import interleave
from bench.measurement.results import Result
from bench.measurement.sizes import KB
from bench.measurement.worker import Worker, WorkerError
from bench.services.function_configuration import function_environment
from local.processes.child import ROOT

BOTO3 = "the batch's AWS calls by boto3"
SIZE, COUNT = 200 * KB, 10


def measure_first_batch(context: BenchmarkContext) -> Iterator[Result]:
    """Yield the result, in milliseconds of CPU time per batch."""
    context.progress("a cold function's first batch")
    services = context.services
    environment = function_environment(services, services.ocr) | {
        "PYTHONPATH": os.pathsep.join((str(ROOT / "functions"), str(ROOT))),
    }
    services.ocr.set_barrier(1)
    calls = services.folder / "first-batch.json"
    with Worker.python("bench.workers.whole_document", environment=environment) as function:
        calls.write_text(json.dumps({SIZE: aws_calls_of_one_document(services, function, SIZE)}))
    over_tls = environment | {"AWS_ENDPOINT_URL": services.aws_over_tls}
    candidates = {name: partial(_batch_ms, name, calls, over_tls) for name in ("ours", "bare")}
    samples = interleave(candidates, context.pairs)
    description = f"CPU of a cold function's first batch, {COUNT} of 200 KB"
    yield Result("cold", description, BOTO3, "ms", samples["ours"], samples["bare"])


def cold_cpu_ms(name: str, calls: Path, environment: Mapping[str, str]) -> tuple[float, float]:
    """Return the milliseconds of CPU time of a new process's first batch, and of the process from its start.

    Raises
    ------
    WorkerError
        If the process failed.
    """
    command = [sys.executable, "-m", "bench.workers.first_batch", name, str(calls), str(SIZE), str(COUNT)]
    done = subprocess.run(command, env=dict(environment), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise WorkerError(f"bench.workers.first_batch {name} broke down")
    batch, whole = (float(seconds) * 1000 for seconds in done.stdout.split())
    return batch, whole


def _batch_ms(name: str, calls: Path, environment: Mapping[str, str]) -> float:
    return cold_cpu_ms(name, calls, environment)[0]
