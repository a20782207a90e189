"""CPU time of a sealed upload over TLS, and of sealing alone, compared with OpenSSL in C and a first version."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

from bench.benchmarks.context import BenchmarkContext
from bench.measurement.interleaving import interleave
from bench.measurement.results import Result, Target
from bench.measurement.sizes import KB, MB, size_label
from bench.measurement.worker import Worker, usable_cpus
from bench.services.local_services import LocalServices
from local.processes.child import ROOT

OPENSSL = "OpenSSL in C"
FIRST = "first version"
# By image size: uploads per sample, uploads per sample of the first version, limit for the ratio to OpenSSL in C.
_UPLOADS = {200 * KB: (150, 5, 2.4), 2 * MB: (30, 2, 1.4), 20 * MB: (4, 1, 1.10)}
# More rounds than elsewhere: the limits are 5% away from the results, and single rounds differ by more than that.
_ROUNDS = 3
_SEALED_BYTES = 20 * MB


def measure_upload(context: BenchmarkContext) -> Iterator[Result]:
    """Yield the results of uploads. Connections that are kept open are open before the measurement."""
    with ExitStack() as stack:
        ours, openssl, first = _workers(context.services, stack)
        for size, (count, first_count, limit) in _UPLOADS.items():
            context.progress(f"uploads of {size_label(size)}")
            candidates = {
                "ours": partial(ours.run_job, f"upload {size} {count}"),
                OPENSSL: partial(openssl.run_job, f"upload {size} {count}"),
                FIRST: partial(first.run_job, f"upload {size} {first_count}"),
            }
            seconds = interleave(candidates, _ROUNDS * context.pairs)
            samples = {name: [1000 * sample for sample in found] for name, found in seconds.items()}
            description = f"CPU of a sealed upload over TLS, {size_label(size)}"
            yield Result("upload", description, OPENSSL, "ms", samples["ours"], samples[OPENSSL], Target(limit))
            yield Result("upload", description, FIRST, "ms", samples["ours"], samples[FIRST])


def measure_seal(context: BenchmarkContext) -> Iterator[Result]:
    """Yield the result of AES-CBC alone, as throughput."""
    context.progress("AES-CBC")
    with ExitStack() as stack:
        ours, openssl, _ = _workers(context.services, stack)
        candidates = {
            name: partial(worker.run_job, f"seal {_SEALED_BYTES} 8")
            for name, worker in (("ours", ours), (OPENSSL, openssl))
        }
        seconds = interleave(candidates, 2 * context.pairs)
    throughput = {name: [_SEALED_BYTES / MB / sample for sample in found] for name, found in seconds.items()}
    ours_and_reference = throughput["ours"], throughput[OPENSSL]
    target = Target(0.97, at_least=True)
    yield Result("seal", "AES-CBC through our envelope, 20 MB", OPENSSL, "MB/s", *ours_and_reference, target)


def _workers(services: LocalServices, stack: ExitStack) -> list[Worker]:
    """Return ours, OpenSSL in C and the first version, all on one CPU, which the OCR service leaves to them."""
    cpu = max(usable_cpus(), default=0)
    stack.enter_context(services.ocr.on_other_cpus(cpu))
    url, authorities = services.ocr.url, str(services.authorities)
    environment = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": f"{ROOT / 'functions'}{os.pathsep}{ROOT}"}
    openssl = [str(services.openssl_upload), url.rpartition(":")[2], authorities, str(services.public_key)]
    first_environment = environment | {"REQUESTS_CA_BUNDLE": authorities}
    workers = (
        Worker.python("bench.workers.ocr_client", url, authorities, environment=environment),
        Worker(openssl, environment),
        Worker.python("bench.workers.first_version.upload", url, environment=first_environment),
    )
    for worker in workers:
        stack.enter_context(worker).pin_to(cpu)
    return list(workers)
