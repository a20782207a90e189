"""The emulated AWS that the tests of this folder share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.aws_clients import Clients
from local.children import Child

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    """Clients for moto's server in a process of its own, as the pipeline starts it."""
    child = Child.serving(tmp_path_factory.mktemp("moto"), "local.aws_server")
    yield Clients(child.announcement()["url"])
    child.kill()
