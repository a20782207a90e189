"""One world for all of the short soak."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from soak.checks.symmetric_keys import SymmetricKeys
from soak.harness.testbed import World


@pytest.fixture(scope="session")
def shared_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("soak")) as world:
        yield world


@pytest.fixture(scope="session")
def symmetric_keys() -> SymmetricKeys:
    return SymmetricKeys()


@pytest.fixture
def world(shared_world: World) -> World:
    shared_world.settle()
    return shared_world
