"""Fixtures: emulated AWS and OCR service behind proxies, a stage for each test, and the audit after each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sealed_ocr.aws import clients

from emulator.testing import Emulator
from local.processes.aws_clients import AwsClients
from tests.support.analyze_function import AnalyzeProcess
from tests.support.analyze_parts import Parts, assemble, clients_at, metrics
from tests.support.audit import (
    assert_known_metrics,
    assert_nothing_disappeared,
    assert_nothing_personal,
    assert_nothing_ungranted,
)
from tests.support.log_lines import assert_complete_lines
from tests.support.proxy import Proxy
from tests.support.stage import Stage


@pytest.fixture(scope="session")
def shared_emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def emulator(shared_emulator: Emulator) -> Emulator:
    shared_emulator.reset()
    return shared_emulator


@pytest.fixture(scope="session")
def shared_proxies(aws: AwsClients, shared_emulator: Emulator) -> Iterator[tuple[Proxy, Proxy]]:
    with Proxy(aws.url) as to_aws, Proxy(shared_emulator.url) as to_ocr:
        yield to_aws, to_ocr


@pytest.fixture
def proxy(shared_proxies: tuple[Proxy, Proxy]) -> Proxy:
    """The proxy in front of AWS."""
    shared_proxies[0].reset()
    return shared_proxies[0]


@pytest.fixture
def ocr_proxy(shared_proxies: tuple[Proxy, Proxy]) -> Proxy:
    """The proxy in front of the OCR service."""
    shared_proxies[1].reset()
    return shared_proxies[1]


@pytest.fixture(scope="session")
def function_clients(shared_proxies: tuple[Proxy, Proxy]) -> clients.Clients:
    """The function's own clients and retries."""
    return clients_at(shared_proxies[0].url)


@pytest.fixture
def stage(
    aws: AwsClients,
    emulator: Emulator,
    proxy: Proxy,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> Iterator[Stage]:
    """A deployment of the test's own. Afterwards, the audit checks uploads, permissions and personal data."""
    stage = Stage(aws, emulator)
    yield stage
    assert_nothing_disappeared(stage)
    assert_nothing_ungranted(stage, proxy.calls)
    printed = capfd.readouterr()
    assert_nothing_personal(stage, stage.log_output + stage.outcomes + printed.out + printed.err + caplog.text)


@pytest.fixture
def make(
    stage: Stage, function_clients: clients.Clients, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Parts]]:
    """Assemble the function's parts. They call AWS through the proxy and the OCR service at ``ocr_url``."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "SealedOcr/test")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "analyze")
    made: list[Parts] = []

    def make(ocr_url: str = stage.emulator.url, **settings: Any) -> Parts:
        made.append(assemble(function_clients, stage, ocr_url, **settings))
        return made[-1]

    yield make
    for parts in made:
        parts.threads.shutdown()
        assert_complete_lines(parts.log.getvalue())
        stage.log_output += parts.log.getvalue()


@pytest.fixture
def parts(make: Callable[..., Parts]) -> Parts:
    """The function's parts with the usual settings."""
    return make()


@pytest.fixture
def counted(parts: Parts, stage: Stage, capfd: pytest.CaptureFixture[str]) -> Callable[[], dict[str, float]]:
    """Publish the function's metrics and return each metric's sum as ``name`` or ``name:kind``."""

    def counted() -> dict[str, float]:
        parts.observability.metrics.flush()
        printed = capfd.readouterr().out
        stage.log_output += printed
        return metrics(printed)

    return counted


@pytest.fixture
def start(stage: Stage, proxy: Proxy, ocr_proxy: Proxy, tmp_path: Path) -> Iterator[Callable[..., AnalyzeProcess]]:
    """Create the function. It calls AWS and the OCR service through the proxies; the audit reads its output."""
    log = tmp_path / "analyze.log"
    log.touch()
    made: list[AnalyzeProcess] = []

    def start(**more: Any) -> AnalyzeProcess:
        made.append(AnalyzeProcess(stage, proxy.url, ocr_proxy.url, log, **more))
        return made[-1]

    yield start
    for function in made:
        function.close()
    written = log.read_text()
    assert_known_metrics(written)
    assert_complete_lines(written)
    stage.log_output += written
