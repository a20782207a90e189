"""CPU of a whole document, from its SQS record to its SQS message, against its calls to AWS made bare with boto3.

The OCR service is another process, so its work is not in it; the sealed upload to it is. The bare calls are those that
the function made for one document, as the services saw them. Both talk to AWS over plain HTTP, to the OCR service over
TLS.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import partial

from bench.benchmarks.run import Run
from bench.benchmarks.upload import KB, MB, named
from bench.measurement.alternation import by_turns
from bench.measurement.figures import Aim, Figure
from bench.measurement.worker import Worker
from bench.services.function_configuration import environment
from bench.services.local_services import Site
from local.processes.child import ROOT

AWS = "its AWS calls, bare"
# Bytes, documents at once: how many batches of them are measured at a time.
_MEASURED = {(200 * KB, 10): 4, (200 * KB, 1): 20, (200 * KB, 50): 1, (2 * MB, 10): 3, (20 * MB, 10): 1}
_JUDGED = (200 * KB, 10)
_LIMIT = 1.25
# Once a process, not once a document.
_AT_START = frozenset({"GetSecretValue"})


def measure_document(run: Run) -> Iterator[Figure]:
    """Yield the figures, in milliseconds of CPU a document."""
    told = environment(run.site, run.site.ocr) | {
        "BATCH_SIZE": "50",
        "PYTHONPATH": os.pathsep.join((str(ROOT / "functions"), str(ROOT))),
    }
    run.site.ocr.gather(1)
    with Worker.python("bench.workers.whole_document", environment=told) as function:
        calls = run.site.folder / "calls.json"
        calls.write_text(json.dumps({size: calls_for(run.site, function, size) for size, _ in _MEASURED}))
        with Worker.python("bench.workers.bare_calls", str(calls), environment=told) as bare:
            for (size, batch), count in _MEASURED.items():
                run.say(f"whole documents of {named(size)}, {batch} at once")
                subjects = {
                    "ours": partial(_each, function, batch, f"batch-{batch} {size} {count}"),
                    AWS: partial(_each, bare, 1, f"calls {size} {batch * count}"),
                }
                mine, theirs = by_turns(subjects, run.pairs).values()
                aim = Aim(_LIMIT) if (size, batch) == _JUDGED else None
                yield Figure("document", what(size, batch), AWS, "ms", mine, theirs, aim)


def what(size: int, batch: int) -> str:
    """Return what the figure of such documents is called."""
    return f"CPU of a whole document, {named(size)}, {batch} at once"


def calls_for(site: Site, function: Worker, size: int) -> list[dict[str, object]]:
    """Return the calls that the function makes for one document of ``size`` bytes."""
    function.ask(f"batch-1 {size} 1")
    site.aws_calls()
    function.ask(f"batch-1 {size} 1")
    both = [call for call in site.aws_calls() if call["operation"] not in _AT_START]
    return both[len(both) // 2 :]


def _each(worker: Worker, documents: int, job: str) -> float:
    return worker.ask(job) * 1000 / documents
