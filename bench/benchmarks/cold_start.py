"""The functions' start and their package, as figures."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bench.benchmarks.run import Run
from bench.benchmarks.upload import FIRST, MB
from bench.measurement.figures import Aim, Figure, Spread
from bench.services.events import s3_event
from bench.starts import measure
from bench.starts.native_package import installed
from bench.starts.subjects import Subject
from infra.package.bundling import build
from local.processes.child import ROOT

BOTO3 = "import boto3, four clients"
_FIRST_VERSION = (
    *("bench", "boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3"),
    *("Crypto", "requests", "certifi", "charset_normalizer", "idna"),
    *("pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"),
)
_LIMIT = 0.75
_SAID = {"ready": "to its first event", "firstCall": "to the first byte of its work"}


def measure_start(run: Run) -> Iterator[Figure]:
    """Yield the figures, in milliseconds of CPU a start."""
    run.say("starts")
    with tempfile.TemporaryDirectory(prefix="bench-start-") as folder:
        path = (installed(_FIRST_VERSION, Path(folder) / "first"),)
        first = Subject("bench.workers.first_version.handler.handler", path, s3_event(1, 1))
        found = measure.measure(3 if run.quick else 31, {FIRST: first})
    for mark, said in _SAID.items():
        subjects = found[mark]
        for function in ("analyze", "verify"):
            mine, ratio = subjects[function]["cpuMs"], subjects[function]["ratio"]
            spread = Spread(ratio["median"], ratio["min"], ratio["max"])
            what = f"start of the {function} function, {said}"
            yield Figure("start", what, BOTO3, "ms", [mine], [subjects["boto3"]["cpuMs"]], Aim(_LIMIT), spread)
        mine, theirs = subjects["analyze"]["cpuMs"], subjects[FIRST]["cpuMs"]
        yield Figure("start", f"start of the analyze function, {said}", FIRST, "ms", [mine], [theirs])


def measure_package(run: Run) -> Iterator[Figure]:
    """Yield the size of the functions' package as it is uploaded, in MB."""
    run.say("the functions' package")
    yield Figure("package", "function package, zipped", "", "MB", [_zipped(build(ROOT)) / MB], aim=Aim(7))


def _zipped(folder: Path) -> int:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for path in sorted(folder.rglob("*")):
            package.write(path, path.relative_to(folder))
    return len(file.getvalue())
