"""CPU time of a whole document, from its SQS record to its SQS message, compared with its AWS calls made by boto3.

The OCR service is another process, so its work is not included; the sealed upload to it is. The reference makes the
calls that the services recorded for one document. Both use plain HTTP to AWS and TLS to the OCR service.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import partial

from bench.benchmarks.context import BenchmarkContext
from bench.measurement.interleaving import interleave
from bench.measurement.results import Result, Target
from bench.measurement.sizes import KB, MB, size_label
from bench.measurement.worker import Worker
from bench.services.function_configuration import function_environment
from bench.services.local_services import LocalServices
from local.processes.child import ROOT

BARE_CALLS = "its AWS calls, bare"
# Bytes and batch size: batches per sample.
_MEASURED = {(200 * KB, 10): 4, (200 * KB, 1): 20, (200 * KB, 50): 1, (2 * MB, 10): 3, (20 * MB, 10): 1}
_JUDGED = (200 * KB, 10)
_LIMIT = 1.25
# Called once per process, not once per document.
_STARTUP_OPERATIONS = frozenset({"GetSecretValue"})


def measure_document(context: BenchmarkContext) -> Iterator[Result]:
    """Yield the results, in milliseconds of CPU time per document."""
    services = context.services
    environment = function_environment(services, services.ocr) | {
        "BATCH_SIZE": "50",
        "PYTHONPATH": os.pathsep.join((str(ROOT / "functions"), str(ROOT))),
    }
    services.ocr.set_barrier(1)
    with Worker.python("bench.workers.whole_document", environment=environment) as function:
        calls = services.folder / "calls.json"
        calls.write_text(
            json.dumps({size: aws_calls_of_one_document(services, function, size) for size, _ in _MEASURED})
        )
        with Worker.python("bench.workers.bare_calls", str(calls), environment=environment) as bare:
            for (size, batch), count in _MEASURED.items():
                context.progress(f"whole documents of {size_label(size)}, {batch} at once")
                candidates = {
                    "ours": partial(cpu_ms_of_a_document, function, batch, f"batch-{batch} {size} {count}"),
                    BARE_CALLS: partial(cpu_ms_of_a_document, bare, 1, f"calls {size} {batch * count}"),
                }
                samples = interleave(candidates, context.pairs)
                target = Target(_LIMIT) if (size, batch) == _JUDGED else None
                description = document_description(size, batch)
                yield Result("document", description, BARE_CALLS, "ms", samples["ours"], samples[BARE_CALLS], target)


def document_description(size: int, batch: int) -> str:
    """Return the description of the result for such documents."""
    return f"CPU of a whole document, {size_label(size)}, {batch} at once"


def aws_calls_of_one_document(services: LocalServices, function: Worker, size: int) -> list[dict[str, object]]:
    """Return the AWS calls for one document of ``size`` bytes. ``function`` runs ``bench.workers.whole_document``."""
    function.run_job(f"batch-1 {size} 1")
    services.take_aws_calls()
    # A job does its work twice, once to warm up. The second half is that of one document.
    function.run_job(f"batch-1 {size} 1")
    calls = [call for call in services.take_aws_calls() if call["operation"] not in _STARTUP_OPERATIONS]
    return calls[len(calls) // 2 :]


def cpu_ms_of_a_document(worker: Worker, documents: int, job: str) -> float:
    """Return the milliseconds of CPU time of one of the ``documents`` of which ``job`` is the work."""
    return worker.run_job(job) * 1000 / documents
