"""CPU of a sealed upload over TLS, and of sealing alone, against OpenSSL in C and against a first version."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

from bench.benchmarks.run import Run
from bench.measurement.alternation import by_turns
from bench.measurement.figures import Aim, Figure
from bench.measurement.worker import Worker
from bench.services.local_services import Site
from local.processes.child import ROOT

FLOOR = "OpenSSL in C"
FIRST = "first version"
KB, MB = 1000, 1_000_000
# Bytes: how many of each are measured at a time, and what the ratio to the floor is to be.
_UPLOADS = {200 * KB: (150, 5, 2.0), 2 * MB: (30, 2, 1.25), 20 * MB: (4, 1, 1.10)}
# More turns than elsewhere: what is to be told apart is a twentieth, and the machine differs by more from turn to turn.
_ROUNDS = 3
_SEALED = 20 * MB


def measure_upload(run: Run) -> Iterator[Figure]:
    """Yield the uploads' figures; a connection that is kept is open before anything is counted."""
    with ExitStack() as stack:
        ours, floor, first = (stack.enter_context(worker) for worker in _workers(run.site))
        for size, (count, fewer, limit) in _UPLOADS.items():
            run.say(f"uploads of {named(size)}")
            subjects = {
                "ours": partial(ours.ask, f"upload {size} {count}"),
                FLOOR: partial(floor.ask, f"upload {size} {count}"),
                FIRST: partial(first.ask, f"upload {size} {fewer}"),
            }
            found = by_turns(subjects, _ROUNDS * run.pairs)
            samples = {name: [1000 * one for one in seconds] for name, seconds in found.items()}
            what = f"CPU of a sealed upload over TLS, {named(size)}"
            mine = samples["ours"]
            yield Figure("upload", what, FLOOR, "ms", mine, samples[FLOOR], Aim(limit))
            yield Figure("upload", what, FIRST, "ms", mine, samples[FIRST])


def measure_seal(run: Run) -> Iterator[Figure]:
    """Yield the figure of AES-CBC alone: speeds, since the aim speaks of them."""
    run.say("AES-CBC")
    with ExitStack() as stack:
        ours, floor, _ = (stack.enter_context(worker) for worker in _workers(run.site))
        subjects = {name: partial(one.ask, f"seal {_SEALED} 8") for name, one in (("ours", ours), (FLOOR, floor))}
        mine, theirs = ([_SEALED / MB / one for one in found] for found in by_turns(subjects, 2 * run.pairs).values())
    yield Figure("seal", "AES-CBC through our envelope, 20 MB", FLOOR, "MB/s", mine, theirs, Aim(0.97, at_least=True))


def named(size: int) -> str:
    """Return ``size`` bytes in words."""
    return f"{size // MB} MB" if size >= MB else f"{size // KB} KB"


def _workers(site: Site) -> tuple[Worker, Worker, Worker]:
    url, authorities = site.ocr.url, str(site.authorities)
    path = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": f"{ROOT / 'functions'}{os.pathsep}{ROOT}"}
    program = [str(site.floor), url.rpartition(":")[2], authorities, str(site.public_key)]
    workers = (
        Worker.python("bench.workers.ocr_client", url, authorities, environment=path),
        Worker(program, path),
        Worker.python(
            "bench.workers.first_version.upload", url, environment=path | {"REQUESTS_CA_BUNDLE": authorities}
        ),
    )
    for worker in workers:
        worker.stay_on_one_processor()
    return workers
