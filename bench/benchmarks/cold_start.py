"""CPU time of the functions' cold start, and the size of their package."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.benchmarks.context import BenchmarkContext
from bench.benchmarks.upload import FIRST
from bench.measurement.results import Result, Spread, Target
from bench.measurement.sizes import MB
from bench.services.events import s3_event
from bench.starts.candidates import Candidate
from bench.starts.measure import measure_starts
from bench.starts.native_package import installed_packages
from infra.package.asset import uploaded_folder, zipped_bytes
from infra.synth import synthesise
from local.processes.child import ROOT

BOTO3 = "import boto3, four clients"
_FIRST_VERSION = (
    *("bench", "boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3"),
    *("Crypto", "requests", "certifi", "charset_normalizer", "idna"),
    *("pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"),
)
_LIMIT = 0.75
_LABELS = {"ready": "to its first event", "firstCall": "to the first byte of its work"}


def measure_start(context: BenchmarkContext) -> Iterator[Result]:
    """Yield the results, in milliseconds of CPU time per start."""
    context.progress("starts")
    with tempfile.TemporaryDirectory(prefix="bench-start-") as folder:
        path = (installed_packages(_FIRST_VERSION, Path(folder) / "first"),)
        first = Candidate("bench.workers.first_version.handler.handler", path, s3_event(1, 1))
        found = measure_starts(3 if context.quick else 31, {FIRST: first})
    for mark, label in _LABELS.items():
        starts = found[mark]
        for function in ("analyze", "verify"):
            ours, ratio = starts[function]["cpuMs"], starts[function]["ratio"]
            spread = Spread(ratio["median"], ratio["min"], ratio["max"])
            description = f"start of the {function} function, {label}"
            yield Result("start", description, BOTO3, "ms", [ours], [starts["boto3"]["cpuMs"]], Target(_LIMIT), spread)
        description = f"start of the analyze function, {label}"
        yield Result("start", description, FIRST, "ms", [starts["analyze"]["cpuMs"]], [starts[FIRST]["cpuMs"]])


def measure_package(context: BenchmarkContext) -> Iterator[Result]:
    """Yield the size of the functions' zipped package, in MB."""
    context.progress("the functions' package")
    with tempfile.TemporaryDirectory(prefix="bench-package-") as folder:
        size = zipped_bytes(uploaded_folder(synthesise(ROOT, Path(folder)))) / MB
    yield Result("package", "function package, zipped", "", "MB", [size], target=Target(7))
