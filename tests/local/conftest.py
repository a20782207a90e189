"""The emulated AWS that the tests of this folder share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from local.aws_clients import Clients
from local.children import ROOT, Child

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    """Clients for moto's server in a process of its own, as the pipeline starts it."""
    child = Child(
        ["local.aws_server"],
        environment={"PATH": os.environ["PATH"]},
        path=[ROOT],
        log=tmp_path_factory.mktemp("moto") / "moto.log",
        announces=True,
    )
    yield Clients(child.announcement()["url"])
    child.kill()
