"""CPU time with tokens (API v2.1), compared with a secretKey (API v2.0): of a cold start, and of a warm document.

A start reads no secret until its first call of the OCR service. So the cold start is that of a process from its first
instruction to the end of its first batch, with its connection to the token host and its token.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import partial

from bench.benchmarks.context import BenchmarkContext
from bench.benchmarks.document import cpu_ms_of_a_document
from bench.benchmarks.first_batch import COUNT, SIZE, cold_cpu_ms
from bench.measurement.interleaving import interleave
from bench.measurement.results import Result, Target
from bench.measurement.sizes import size_label
from bench.measurement.worker import Worker
from bench.services.function_configuration import function_environment
from local.processes.child import ROOT

SECRET_KEY = "with a secretKey (v2.0)"
_TARGET = Target(1.03)
# The difference is smaller than that of two samples of the same.
_ROUNDS = 3
_BATCHES = 4


def measure_tokens(context: BenchmarkContext) -> Iterator[Result]:
    """Yield the results, in milliseconds of CPU time."""
    services = context.services
    services.ocr.set_barrier(1)
    environments = {
        name: function_environment(services, services.ocr, tokens=tokens)
        | {"PYTHONPATH": os.pathsep.join((str(ROOT / "functions"), str(ROOT)))}
        for name, tokens in (("ours", True), (SECRET_KEY, False))
    }
    batch = f"{COUNT} of {size_label(SIZE)}"
    context.progress("cold starts with tokens")
    over_tls = {"AWS_ENDPOINT_URL": services.aws_over_tls}
    cold = {name: partial(_cold_start_ms, environment | over_tls) for name, environment in environments.items()}
    samples = interleave(cold, 2 * context.pairs)
    description = f"CPU of a cold start and its first batch with tokens (v2.1), {batch}"
    yield Result("tokens", description, SECRET_KEY, "ms", samples["ours"], samples[SECRET_KEY], _TARGET)

    context.progress("documents with tokens")
    with ExitStack() as stack:
        job = f"batch-{COUNT} {SIZE} {_BATCHES}"
        warm = {
            name: partial(
                cpu_ms_of_a_document,
                stack.enter_context(Worker.python("bench.workers.whole_document", environment=environment)),
                COUNT,
                job,
            )
            for name, environment in environments.items()
        }
        samples = interleave(warm, _ROUNDS * context.pairs)
    description = f"CPU of a whole document with tokens (v2.1), {size_label(SIZE)}, {COUNT} at once"
    yield Result("tokens", description, SECRET_KEY, "ms", samples["ours"], samples[SECRET_KEY], _TARGET)


def _cold_start_ms(environment: Mapping[str, str]) -> float:
    return cold_cpu_ms("ours", ROOT, environment)[1]
