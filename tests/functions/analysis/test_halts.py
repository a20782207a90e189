"""An invocation stops starting calls after failures, and quarantined documents run after the batch."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from emulator.faults.kinds import NotJson, ResultCode
from emulator.testing import Emulator
from tests.support.analyze_function import AnalyzeProcess, settings
from tests.support.analyze_parts import BATCH, LEASE, Parts, metrics
from tests.support.cards import CARD, upload_cards
from tests.support.documents import draw
from tests.support.polling import PATIENCE, until
from tests.support.proxy import Proxy
from tests.support.stage import Stage

Counted = Callable[[], dict[str, float]]


# test_deadline.py tests the exact limit with a stopped clock.
@pytest.mark.parametrize(("seconds", "begun"), [(39.5, False), (100, True)])
def test_no_call_starts_that_could_not_finish_in_time(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator, seconds: float, begun: bool
) -> None:
    upload_cards(stage, 2)
    again = parts.deliver(seconds=seconds, call_seconds=40)
    assert len(again) == (0 if begun else 2)
    assert bool(proxy.made("UpdateItem")) is begun
    assert emulator.counters().paid.total == (2 if begun else 0)


def test_quarantined_documents_run_after_the_batch_one_by_one(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator, counted: Counted
) -> None:
    upload_cards(stage, 3)
    killed = [upload.document_id for upload in stage.documents_announced()]
    for document_id in killed:
        parts.ledger.claim(document_id)
    parts.clock.ahead = LEASE + 5
    upload_cards(stage, 2)
    assert parts.deliver() == []
    written = [call for call in proxy.made("UpdateItem") if call.to_state]
    steps = [(call.request["Key"]["documentId"]["S"], call.to_state) for call in written]
    alone = [step for document_id in killed for step in ((document_id, "sending"), (document_id, "done"))]
    assert sorted(steps[-6:-1:2] + steps[-5::2]) == sorted(alone)
    assert all(claimed[0] == done[0] for claimed, done in zip(steps[-6::2], steps[-5::2], strict=True))
    assert [state for _, state in steps[-6:]] == ["sending", "done"] * 3
    assert counted()["PossiblyBilled"] == 3
    assert emulator.counters().paid.max_per_image == 1


def test_a_document_waiting_for_its_image_is_not_called_for_after_a_failed_send(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator
) -> None:
    halted = threading.Event()
    upload_cards(stage, 2)
    slow, fast = stage.documents_announced()
    proxy.fault("GetObject", "pass", where=lambda call: call.resource == slow.key, first=lambda: halted.wait(PATIENCE))
    proxy.fault("SendMessage", "refuse", where=lambda call: call.resource == f"{stage.name}-results")
    proxy.fault("UpdateItem", "pass", where=lambda call: call.to_state == "unknown", first=halted.set)
    assert len(parts.deliver()) == 2
    assert emulator.counters().calls["credit-card"] == 1
    states = {item["documentId"]: (item["state"], item["attempts"]) for item in stage.items(stage.documents)}
    assert states == {fast.document_id: ("unknown", "1"), slow.document_id: ("free", "0")}


def test_no_further_call_is_made_after_a_failed_send(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator
) -> None:
    # One message with more uploads than the pool has threads: some run after the first failure.
    proxy.fault("SendMessage", "refuse", where=lambda call: call.resource == f"{stage.name}-results")
    stage.announce(*(stage.upload(draw("credit-card"), f"{CARD}{place}.png") for place in range(BATCH + 5)))
    assert len(parts.deliver()) == 1
    assert emulator.counters().calls["credit-card"] <= BATCH


@pytest.mark.parametrize(
    ("state", "fault"),
    [
        ("sending", None),
        ("done", None),
        ("free", ResultCode(result_code=5000001, operation="credit-card")),
        ("unknown", NotJson(operation="credit-card")),
    ],
)
def test_no_further_call_is_made_after_a_failed_ledger_write(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator, state: str, fault: ResultCode | NotJson | None
) -> None:
    expired = stage.upload(draw("credit-card"), f"{CARD}-expired.png")
    stage.announce(expired)
    parts.ledger.claim(stage.documents_announced()[0].document_id)
    parts.clock.ahead = LEASE + 5
    stage.announce(stage.upload(draw("credit-card"), f"{CARD}-fresh.png"))
    fresh = stage.documents_announced()[1].document_id
    proxy.fault(
        "UpdateItem",
        "refuse",
        where=lambda call: call.to_state == state and call.request["Key"]["documentId"]["S"] == fresh,
    )
    if fault is not None:
        emulator.fault(fault)
    again = parts.deliver()
    assert any("-expired" in body for body in again)
    assert emulator.counters().calls.get("credit-card", 0) == (0 if state == "sending" else 1)


def test_a_deferred_document_stays_in_quarantine(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator, counted: Counted
) -> None:
    images = upload_cards(stage, 3)
    for upload in stage.documents_announced():
        parts.ledger.claim(upload.document_id)
    parts.clock.ahead = LEASE + 5
    for image in images:
        emulator.fault(ResultCode(result_code=5000001, image=image))
    assert len(parts.deliver()) == 3
    stage.show_hidden()
    before = len(proxy.made("UpdateItem"))
    assert parts.deliver() == []
    # First, all claims of the batch are refused. Then each document is claimed and done before the next claim.
    states = [call.to_state for call in proxy.made("UpdateItem")[before:] if call.to_state]
    assert states == ["sending"] * 3 + ["sending", "done"] * 3
    assert counted()["PossiblyBilled"] == 3
    assert emulator.counters().paid.max_per_image == 1


def test_a_function_survives_aws_hanging_after_a_call(
    start: Callable[..., AnalyzeProcess], stage: Stage, proxy: Proxy, ocr_proxy: Proxy, emulator: Emulator
) -> None:
    # The least time that permits a call: one second more than the reserve for the steps after it.
    shortest = {"FUNCTION_TIMEOUT_SECONDS": "31", "OCR_CALL_TIMEOUT_SECONDS": "1", "MAX_UNKNOWN_ATTEMPTS": "10"}
    function = start(timeout=27, settings=settings(stage, ocr_proxy.url) | shortest)
    # A warm call needs a fraction of that second. The first one may need more on a busy machine.
    stage.announce(stage.upload(draw(), "id-card/before.png"))

    def delivered() -> bool:
        stage.show_hidden()
        return function.deliver()[1] == 0

    until(delivered)
    before = (emulator.counters().paid.total, len(stage.collect()), len(function.log.read_text()))
    hanging = threading.Event()
    # These are the offer, the message, the ledger's doubt and the deferral, in this order.
    proxy.fault("UpdateItem", "drop-request", where=lambda call: call.to_state != "sending", first=hanging.wait)
    for operation in ("SendMessage", "ChangeMessageVisibility"):
        proxy.fault(operation, "drop-request", first=hanging.wait)
    stage.announce(stage.upload(draw()))
    try:
        outcome, again = function.deliver()
    finally:
        hanging.set()
    assert (outcome.error_type, again) == (None, 1)
    assert emulator.counters().paid.total == before[0] + 1
    # The ledger shows an attempt that has not ended, as if the function had been killed.
    (item,) = (item for item in stage.items(stage.documents) if item["state"] != "done")
    assert (item["state"], item["attempts"]) == ("sending", "1")
    counts = metrics(function.log.read_text()[before[2] :])
    assert (counts["PossiblyBilled"], counts["LedgerWriteFailed"], counts["OfferNotKept"]) == (1, 1, 1)
    assert len(stage.collect()) == before[1]
