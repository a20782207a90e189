"""Two documents in one picture: the fields that are read belong to one of them."""

from __future__ import annotations

import asyncio

import pytest

from bench.hostile import ARRANGEMENTS, two_documents
from bench.hostile_report import outcomes
from emulator.domain.readings import DocumentReading, ReadField
from emulator.readers.pool import ReaderPool

# All arrangements take a minute: `python -m bench.ocr_accuracy --hostile "two documents"`.
SEEDS = range(300, 300 + len(ARRANGEMENTS), 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_fields_are_mixed(pool: ReaderPool, seed: int) -> None:
    picture = two_documents(seed)
    reading = asyncio.run(pool.read(picture.file, picture.service))[1]
    assert outcomes(reading, picture.documents)["wrong"] == 0, reading


def test_a_mixture_is_noticed() -> None:
    documents = ({"name": "김하나", "issueDate": "2015.3.2."}, {"name": "이두리", "issueDate": "2020.1.1."})

    def wrong(*values: str) -> int:
        fields = zip(("name", "issueDate"), values, strict=True)
        return outcomes(DocumentReading("resident", tuple(ReadField(*one, 0.9) for one in fields)), documents)["wrong"]

    assert wrong("김하나", "2020.1.1.") == 1
    assert wrong("이 두리", "2020.1.1.") == 0
