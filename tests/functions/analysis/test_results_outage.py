"""No calls are made while the results queue refuses messages, because their results would be paid for and lost."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sealed_ocr.aws.circuit_breaker import FAILURE_THRESHOLD, PROBE_SECONDS

from emulator.testing import Emulator
from tests.support.analyze_parts import Parts
from tests.support.documents import draw
from tests.support.polling import PATIENCE
from tests.support.proxy import Proxy
from tests.support.stage import Stage

# One more than the number of failures that opens the circuit breaker.
LOST = FAILURE_THRESHOLD + 1


def announce(stage: Stage, number: int, name: str = "card") -> None:
    for place in range(number):
        stage.announce(stage.upload(draw("credit-card"), f"credit-card/{name}-{place}.png"))


@pytest.fixture
def parts(make: Callable[..., Parts], ocr_proxy: Proxy) -> Parts:
    """The function's parts with the usual settings, calling the OCR service through its proxy."""
    return make(ocr_proxy.url)


@pytest.fixture
def outage(parts: Parts, stage: Stage, proxy: Proxy, ocr_proxy: Proxy) -> None:
    """Documents with one lost result each, during an outage of the results queue that continues."""
    # The first failed send stops calls that have not begun, so the responses are held until all calls have begun.
    all_begun = threading.Barrier(LOST, timeout=PATIENCE)
    ocr_proxy.fault("Ocr", "pass", LOST, where=lambda call: call.resource == "credit-card", first=all_begun.wait)
    proxy.fault("SendMessage", "refuse", where=lambda call: call.resource == f"{stage.name}-results")
    announce(stage, LOST)
    assert len(parts.deliver()) == LOST
    assert not all_begun.broken


@pytest.mark.usefixtures("outage")
def test_no_calls_are_made_while_no_result_can_be_sent(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy, counted: Callable[[], dict[str, float]]
) -> None:
    announce(stage, 3, "new")
    for _ in range(3):
        stage.show_hidden()
        assert len(parts.deliver()) == LOST + 3
    assert emulator.counters().calls["credit-card"] == LOST
    proxy.reset()
    parts.clock.ahead = PROBE_SECONDS + 1
    stage.show_hidden()
    # One document is the probe.
    assert len(parts.deliver()) == LOST + 2
    stage.show_hidden()
    assert parts.deliver() == []
    assert len(stage.collect()) == LOST + 3
    assert stage.collect_dead_letters() == []
    assert emulator.counters().paid.max_per_image <= 2
    assert counted()["PossiblyBilled"] == LOST


@pytest.mark.usefixtures("outage")
def test_a_rejection_message_closes_the_circuit_breaker(parts: Parts, stage: Stage, proxy: Proxy) -> None:
    proxy.reset()
    stage.announce(stage.upload(b"", "credit-card/empty.png"))
    stage.show_hidden()
    parts.deliver()
    stage.show_hidden()
    assert parts.deliver() == []
    assert len(stage.collect()) == LOST + 1
