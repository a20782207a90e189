"""The benchmarks by name, in the order of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from bench.benchmarks.answer import measure_answer
from bench.benchmarks.billing import measure_billing
from bench.benchmarks.cold_start import measure_package, measure_start
from bench.benchmarks.context import BenchmarkContext
from bench.benchmarks.document import measure_document
from bench.benchmarks.first_batch import measure_first_batch
from bench.benchmarks.latency import measure_latency
from bench.benchmarks.memory import measure_memory
from bench.benchmarks.tokens import measure_tokens
from bench.benchmarks.upload import measure_seal, measure_upload
from bench.measurement.results import Result

BENCHMARKS: Final[dict[str, Callable[[BenchmarkContext], Iterator[Result]]]] = {
    "upload": measure_upload,
    "memory": measure_memory,
    "seal": measure_seal,
    "answer": measure_answer,
    "start": measure_start,
    "billing": measure_billing,
    "latency": measure_latency,
    "document": measure_document,
    "cold": measure_first_batch,
    "tokens": measure_tokens,
    "package": measure_package,
}
