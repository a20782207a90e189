"""The parts of the bench, in the order of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from bench.answer import measure_answer
from bench.billing import measure_billing
from bench.cold import measure_cold
from bench.document import measure_document
from bench.figures import Figure
from bench.memory import measure_memory
from bench.run import Run
from bench.starting import measure_package, measure_start
from bench.upload import measure_seal, measure_upload

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
