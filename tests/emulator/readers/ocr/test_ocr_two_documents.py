"""Two documents in one picture: the fields that are read belong to one of them."""

from __future__ import annotations

import asyncio
import io

import pytest

from emulator.domain.key_pairs import KeyService
from emulator.readers.pool import ReaderPool
from tests.emulator.readers.ocr.arrangements import ARRANGEMENTS, Arrangement, Values, arranged, is_mixed

SEED = 300


@pytest.mark.parametrize("arrangement", ARRANGEMENTS[::3], ids=lambda one: "-".join(map(str, one)))
def test_no_fields_are_mixed(pool: ReaderPool, arrangement: Arrangement) -> None:
    picture, documents = arranged(arrangement, SEED)
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    service: KeyService = "credit-card" if arrangement.first == "credit-card" else "id-card"
    reading = asyncio.run(pool.read(file.getvalue(), service))[1]
    read: Values = {}
    for field in reading.fields if reading else ():
        read[field.key] = f"{read.get(field.key, '')}{field.value}"
    assert not is_mixed(read, documents), read


def test_a_mixture_is_noticed() -> None:
    documents = [{"name": "김하나", "issueDate": "2015.3.2."}, {"name": "이두리", "issueDate": "2020.1.1."}]
    assert is_mixed({"name": "김하나", "issueDate": "2020.1.1."}, documents)
    assert not is_mixed({"name": "이 두리", "issueDate": ""}, documents)
