"""CPU of a cold function's first batch, everything over TLS, against boto3 making the same calls from as many threads.

What a first batch pays for is its connections: each of a batch's threads needs one to every service.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import partial

from bench.benchmarks.document import calls_for
from bench.benchmarks.run import Run
from bench.benchmarks.upload import KB
from bench.measurement.alternation import by_turns
from bench.measurement.figures import Figure
from bench.measurement.worker import Worker, WorkerError
from bench.services.function_configuration import environment
from local.processes.child import ROOT

AGAINST = "the batch's AWS calls by boto3"
_SIZE, _COUNT = 200 * KB, 10


def measure_cold(run: Run) -> Iterator[Figure]:
    """Yield the figure, in milliseconds of CPU for the batch."""
    run.say("a cold function's first batch")
    told = environment(run.site, run.site.ocr) | {
        "AWS_CA_BUNDLE": str(run.site.authorities),
        "PYTHONPATH": os.pathsep.join((str(ROOT / "functions"), str(ROOT))),
    }
    run.site.ocr.gather(1)
    calls = run.site.folder / "cold.json"
    with Worker.python("bench.workers.whole_document", environment=told) as function:
        calls.write_text(json.dumps({_SIZE: calls_for(run.site, function, _SIZE)}))
    over_tls = told | {"AWS_ENDPOINT_URL": run.site.aws_over_tls}
    subjects = {name: partial(_batch, name, str(calls), over_tls) for name in ("ours", "bare")}
    mine, theirs = by_turns(subjects, run.pairs).values()
    yield Figure("cold", f"CPU of a cold function's first batch, {_COUNT} of 200 KB", AGAINST, "ms", mine, theirs)


def _batch(name: str, calls: str, told: Mapping[str, str]) -> float:
    command = [sys.executable, "-m", "bench.workers.first_batch", name, calls, str(_SIZE), str(_COUNT)]
    ended = subprocess.run(command, env=dict(told), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if ended.returncode:
        raise WorkerError(f"bench.workers.first_batch {name} broke down")
    return float(ended.stdout) * 1000
