"""One testbed for all short scenarios."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from soak.checks.symmetric_keys import SymmetricKeys
from soak.harness.testbed import SoakTestbed


@pytest.fixture(scope="session")
def shared_testbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoakTestbed]:
    with SoakTestbed(tmp_path_factory.mktemp("soak")) as testbed:
        yield testbed


@pytest.fixture(scope="session")
def symmetric_keys() -> SymmetricKeys:
    return SymmetricKeys()


@pytest.fixture
def testbed(shared_testbed: SoakTestbed) -> SoakTestbed:
    shared_testbed.reset()
    return shared_testbed
