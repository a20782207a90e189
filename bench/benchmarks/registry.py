"""The parts of the bench, in the order of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from bench.benchmarks.answer import measure_answer
from bench.benchmarks.billing import measure_billing
from bench.benchmarks.cold_start import measure_package, measure_start
from bench.benchmarks.document import measure_document
from bench.benchmarks.first_batch import measure_cold
from bench.benchmarks.memory import measure_memory
from bench.benchmarks.run import Run
from bench.benchmarks.upload import measure_seal, measure_upload
from bench.measurement.figures import Figure

PARTS: Final[dict[str, Callable[[Run], Iterator[Figure]]]] = {
    "upload": measure_upload,
    "memory": measure_memory,
    "seal": measure_seal,
    "answer": measure_answer,
    "start": measure_start,
    "billing": measure_billing,
    "document": measure_document,
    "cold": measure_cold,
    "package": measure_package,
}
