import pytest

from emulator.testing import Emulator
from tests.emulator.caller import Caller


@pytest.fixture(scope="session")
def shared_emulator():
    with Emulator(max_image_bytes=2_000_000, passport_request_keys=True) as emulator:
        yield emulator


@pytest.fixture
def emulator(shared_emulator):
    shared_emulator.reset()
    return shared_emulator


@pytest.fixture
def caller(emulator):
    return Caller(emulator)
