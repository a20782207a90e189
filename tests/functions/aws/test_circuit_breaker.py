"""The circuit breaker holds last attempts back while the OCR service returns keys but no analyses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sealed_ocr.aws.circuit_breaker import FAILURE_THRESHOLD, PROBE_SECONDS

from emulator.faults.kinds import NotJson, ResultCode
from emulator.testing import Emulator
from tests.support.analyze_parts import Parts
from tests.support.calls import Call
from tests.support.documents import draw
from tests.support.proxy import Proxy
from tests.support.stage import Stage

Counted = Callable[[], dict[str, float]]
CARD = "credit-card/card"
# One more than the number of failures that opens the circuit breaker.
WAITING = FAILURE_THRESHOLD + 1


@pytest.fixture
def waiting(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    """Documents with one attempt of unknown outcome each, during an outage that continues."""
    emulator.fault(NotJson(operation="credit-card", times=None))
    announce(stage, WAITING)
    assert len(parts.deliver()) == WAITING
    assert emulator.counters().calls["credit-card"] == WAITING


def is_circuit_breaker_item(call: Call) -> bool:
    return bool(call.request["Key"]["documentId"]["S"].startswith("service:"))


def announce(stage: Stage, number: int, name: str = "") -> None:
    for place in range(number):
        stage.announce(stage.upload(draw("credit-card"), f"{CARD}{name}{place}.png"))


@pytest.mark.usefixtures("waiting")
def test_last_attempts_wait_until_an_analysis_succeeds(
    parts: Parts, stage: Stage, emulator: Emulator, counted: Counted
) -> None:
    for _ in range(3):
        stage.show_hidden()
        assert len(parts.deliver()) == WAITING
    assert emulator.counters().calls["credit-card"] == WAITING
    emulator.clear_faults()
    stage.show_hidden()
    # A first attempt is never held back, and its success closes the circuit breaker.
    announce(stage, 1, "-new")
    assert len(parts.deliver()) == WAITING
    stage.show_hidden()
    assert parts.deliver() == []
    assert len(stage.collect()) == WAITING + 1
    assert stage.collect_dead_letters() == []
    assert counted()["PossiblyBilled"] == WAITING
    circuits = [(line["event"], line["circuit"]) for line in parts.logged() if "circuit" in line]
    assert circuits == [("circuit.opened", "credit-card"), ("circuit.closed", "credit-card")]
    # Each of them was held back in three invocations, and in that of the success.
    held = [line for line in parts.logged() if line["event"] == "attempt.deferred" and line["why"] == "CircuitOpen"]
    assert len(held) == 4 * WAITING


@pytest.mark.usefixtures("waiting")
def test_one_probe_at_a_time_tests_the_service(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    parts.clock.ahead = PROBE_SECONDS + 1
    stage.show_hidden()
    assert len(parts.deliver()) == WAITING - 1
    assert len(stage.collect_dead_letters()) == 1
    stage.show_hidden()
    assert len(parts.deliver()) == WAITING - 1
    emulator.clear_faults()
    parts.clock.ahead += PROBE_SECONDS + 1
    stage.show_hidden()
    assert len(parts.deliver()) == WAITING - 2
    stage.show_hidden()
    assert parts.deliver() == []
    assert len(stage.collect()) == WAITING - 1
    assert emulator.counters().paid.max_per_image == 2


@pytest.mark.usefixtures("waiting")
def test_another_kind_of_document_does_not_wait(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    emulator.fault(NotJson(operation="id-card"))
    stage.announce(stage.upload(draw()))
    assert len(parts.deliver()) == 1
    stage.show_hidden()
    assert len(parts.deliver()) == WAITING
    assert len(stage.collect()) == 1


def test_single_lost_responses_do_not_open_the_circuit_breaker(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    for place in range(FAILURE_THRESHOLD + 2):
        emulator.fault(NotJson(operation="credit-card"))
        announce(stage, 1, f"-{place}")
        assert len(parts.deliver()) == 1
        stage.show_hidden()
        assert parts.deliver() == []
    assert len(stage.collect()) == FAILURE_THRESHOLD + 2


@pytest.mark.usefixtures("waiting")
def test_a_rejection_closes_the_circuit_breaker_and_a_transient_code_does_not(
    parts: Parts, stage: Stage, emulator: Emulator
) -> None:
    for code, left in ((5000001, WAITING + 1), (4000111, WAITING), (None, 0)):
        emulator.clear_faults()
        if code:
            emulator.fault(ResultCode(operation="credit-card", result_code=code, times=None))
        if code == 5000001:
            announce(stage, 1, "-new")
        stage.show_hidden()
        assert len(parts.deliver()) == left


@pytest.mark.usefixtures("waiting")
def test_nothing_is_paid_while_the_ledger_is_unavailable(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator
) -> None:
    parts.clock.ahead = PROBE_SECONDS + 1
    proxy.fault("UpdateItem", "refuse", where=is_circuit_breaker_item)
    stage.show_hidden()
    assert len(parts.deliver()) == WAITING
    assert emulator.counters().calls["credit-card"] == WAITING


def test_a_failed_write_of_the_circuit_breaker_does_not_affect_deliveries(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator
) -> None:
    proxy.fault(
        "UpdateItem", "refuse", 1, where=lambda call: call.request["Key"]["documentId"]["S"].startswith("service:")
    )
    emulator.fault(NotJson(operation="credit-card"))
    announce(stage, 2)
    assert len(parts.deliver()) == 1
    assert len(stage.collect()) == 1


def test_the_circuit_breaker_writes_nothing_while_all_analyses_succeed(
    parts: Parts, stage: Stage, proxy: Proxy
) -> None:
    announce(stage, 3)
    assert parts.deliver() == []
    assert {call.to_state for call in proxy.made("UpdateItem")} == {"sending", "done"}
