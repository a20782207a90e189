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

from bench.document import calls_for
from bench.figures import Figure
from bench.functions import environment
from bench.pairing import by_turns
from bench.run import Run
from bench.upload import KB
from bench.worker import Worker, WorkerError
from local.children import ROOT

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
    with Worker.python("bench.whole_document", environment=told) as function:
        calls.write_text(json.dumps({_SIZE: calls_for(run.site, function, _SIZE)}))
    over_tls = told | {"AWS_ENDPOINT_URL": run.site.aws_over_tls}
    subjects = {name: partial(_batch, name, str(calls), over_tls) for name in ("ours", "bare")}
    mine, theirs = by_turns(subjects, run.pairs).values()
    yield Figure("cold", f"CPU of a cold function's first batch, {_COUNT} of 200 KB", AGAINST, "ms", mine, theirs)


def _batch(name: str, calls: str, told: Mapping[str, str]) -> float:
    command = [sys.executable, "-m", "bench.cold_batch", name, calls, str(_SIZE), str(_COUNT)]
    ended = subprocess.run(command, env=dict(told), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if ended.returncode:
        raise WorkerError(f"bench.cold_batch {name} broke down")
    return float(ended.stdout) * 1000
