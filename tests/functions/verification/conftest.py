"""Fixtures: one emulated AWS, one emulated OCR service and a verify function for all tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emulator.testing import Emulator
from local.processes.aws_clients import AwsClients
from tests.support.log_lines import assert_complete_lines
from tests.support.proxy import Proxy
from tests.support.verification_world import VerifierUnderTest, World
from tests.support.verify_function import VerifyProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def shared_world(aws_url: str) -> Iterator[World]:
    with Emulator(passport_request_keys=True) as emulator:
        yield World(AwsClients(aws_url, connections=60), emulator)


@pytest.fixture
def world(shared_world: World) -> World:
    shared_world.emulator.reset()
    return shared_world


@pytest.fixture
def verifier(world: World) -> VerifierUnderTest:
    return VerifierUnderTest(world)


@pytest.fixture(scope="session")
def shared_proxy(aws_url: str) -> Iterator[Proxy]:
    with Proxy(aws_url) as proxy:
        yield proxy


# What the template grants the verify function (tests/infra compares the two).
GRANTED = {"GetItem", "UpdateItem", "GenerateMac", "Decrypt", "GetSecretValue"}


@pytest.fixture
def proxy(shared_proxy: Proxy) -> Iterator[Proxy]:
    """The proxy in front of AWS. After each test, the functions have made only calls that the template grants."""
    shared_proxy.reset()
    yield shared_proxy
    assert {call.operation for call in shared_proxy.calls} <= GRANTED


@pytest.fixture(scope="session")
def shared_function(
    shared_world: World, shared_proxy: Proxy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[VerifyProcess]:
    function = VerifyProcess(shared_world, shared_proxy.url, tmp_path_factory.mktemp("function"))
    yield function
    function.close()
    assert_complete_lines(function.log())


@pytest.fixture
def function(world: World, proxy: Proxy, shared_function: VerifyProcess) -> VerifyProcess:
    """The warm handler in a process of its own. ``proxy`` can make its calls to AWS fail."""
    return shared_function


@pytest.fixture
def start(world: World, proxy: Proxy, tmp_path: Path) -> Iterator[Callable[..., VerifyProcess]]:
    """Start a function for this test alone: ``start(slots=…, lambda_seconds=…, **environment)``."""
    started: list[VerifyProcess] = []

    def start(**options: Any) -> VerifyProcess:
        started.append(VerifyProcess(world, proxy.url, tmp_path, **options))
        return started[-1]

    yield start
    for function in started:
        function.close()
        assert_complete_lines(function.log())
