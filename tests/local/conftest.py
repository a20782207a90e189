"""The emulated AWS and the console for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emulator.testing import Emulator
from local.processes.aws_clients import AwsClients
from tests.local.console.console_client import ConsoleClient, FakePipeline

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def console_emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def client(aws: AwsClients, console_emulator: Emulator, tmp_path: Path) -> Iterator[ConsoleClient]:
    """A client of a new console. The OCR service behind it is shared."""
    console_emulator.reset()
    with ConsoleClient(FakePipeline(aws, console_emulator), tmp_path) as client:
        yield client
