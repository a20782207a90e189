"""Repeated deliveries, lost responses and redriven dead letters cost no more calls than allowed."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sealed_ocr.analysis.deadline import InvocationDeadline
from sealed_ocr.analysis.delivery import Delivery

from emulator.faults.kinds import ResetAfterBody, ResultCode
from emulator.testing import Emulator
from tests.support.analyze_parts import Parts
from tests.support.documents import draw
from tests.support.proxy import Proxy
from tests.support.stage import Stage

Counted = Callable[[], dict[str, float]]


def test_a_redelivery_of_a_done_document_makes_no_call(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    uploaded = stage.upload(draw())
    for _ in range(3):
        stage.announce(uploaded)
        assert parts.deliver() == []
    assert len(stage.collect()) == 1
    assert emulator.counters().calls["id-card"] == 1


def test_a_delivery_to_two_functions_is_paid_once(make: Callable[..., Parts], stage: Stage, emulator: Emulator) -> None:
    stage.announce(stage.upload(draw()))
    event = stage.event()
    deliveries = [Delivery.from_record(record) for record in event["Records"]]
    functions = [make(), make()]
    for function in functions:
        function.observability.begin_invocation(uuid.uuid4().hex)
    both = [function.batch for function in functions]
    with ThreadPoolExecutor(2) as threads:
        again = list(
            threads.map(lambda batch: batch.run(deliveries, InvocationDeadline(time.monotonic() + 100, 40)), both)
        )
    assert [] in again
    assert len(stage.collect()) == 1
    assert emulator.counters().paid.total == 1


@pytest.mark.parametrize("state", ["sending", "done"])
def test_a_ledger_write_with_a_lost_response_changes_nothing(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy, counted: Counted, state: str
) -> None:
    proxy.fault("UpdateItem", "drop-response", 1, where=lambda call: call.to_state == state)
    uploaded = stage.upload(draw())
    for _ in range(2):
        stage.announce(uploaded)
        assert parts.deliver() == []
    assert (len(stage.collect()), emulator.counters().paid.total) == (1, 1)
    assert "LedgerWriteFailed" not in counted()


def test_a_redelivery_of_a_rejected_document_makes_no_call(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    emulator.fault(ResultCode(result_code=4000121, operation="id-card"))
    uploaded = stage.upload(draw())
    for _ in range(2):
        stage.announce(uploaded)
        assert parts.deliver() == []
    (event,) = stage.collect()
    assert event["data"]["rejection"]["resultCode"] == 4000121
    assert emulator.counters().calls["id-card"] == 1


def test_the_second_unknown_outcome_parks_the_document(
    parts: Parts, stage: Stage, emulator: Emulator, counted: Counted
) -> None:
    emulator.fault(ResetAfterBody(operation="id-card", times=None))
    uploaded = stage.upload(draw())
    stage.announce(uploaded)
    assert len(parts.deliver()) == 1
    assert stage.item()["state"] == "unknown"
    stage.show_hidden()
    assert parts.deliver() == []
    (dead_letter,) = stage.collect_dead_letters()
    assert dead_letter["reason"] == "unknown-outcome"
    assert stage.item()["state"] == "parked"
    stage.announce(uploaded)
    assert parts.deliver() == []
    assert len(stage.collect_dead_letters()) == 1
    assert (stage.collect(), emulator.counters().paid.total) == ([], 2)
    counts = counted()
    assert (counts["PossiblyBilled"], counts["Parked"]) == (2, 1)


def test_a_redriven_dead_letter_of_a_parked_document_makes_no_call(
    parts: Parts, stage: Stage, emulator: Emulator
) -> None:
    emulator.fault(ResetAfterBody(operation="id-card", times=2))
    stage.announce(stage.upload(draw()))
    parts.deliver()
    stage.show_hidden()
    parts.deliver()
    (dead_letter,) = stage.collect_dead_letters()
    stage.announce_text(dead_letter["body"], dead_letter["reason"])
    assert parts.deliver() == []
    again = stage.collect_dead_letters()[1:]
    assert again == [dead_letter]
    assert emulator.counters().calls["id-card"] == 2
