from collections.abc import Iterator
from dataclasses import replace

import pytest

from emulator.readers.pool import ReaderPool
from emulator.readers.registry import READERS
from tests.support.polling import PATIENCE


@pytest.fixture(scope="session")
def pool() -> Iterator[ReaderPool]:
    # One worker process, so that the models are loaded only once.
    pool = ReaderPool(replace(READERS["ocr"], workers=1), seconds=PATIENCE)
    yield pool
    pool.stop()
