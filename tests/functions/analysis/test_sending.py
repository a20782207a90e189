"""Offer, message and ledger are written in this order, and a step that keeps failing costs at most one more call."""

from __future__ import annotations

from collections.abc import Callable

from emulator.faults.kinds import NotJson, ResultCode
from emulator.testing import Emulator
from tests.support.analyze_parts import LEASE, Parts
from tests.support.documents import draw
from tests.support.large_results import grow_results
from tests.support.proxy import Proxy
from tests.support.stage import Stage

Counted = Callable[[], dict[str, float]]


def refuse_results(stage: Stage, proxy: Proxy, times: int | None = None) -> None:
    proxy.fault("SendMessage", "refuse", times, where=lambda call: call.resource == f"{stage.name}-results")


def assert_parked_after_two_calls(parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator) -> None:
    """Deliver while the results queue refuses messages, and once more when it takes them."""
    for _ in range(7):
        stage.show_hidden()
        assert len(parts.deliver()) == 1
    assert stage.collect_dead_letters() == []
    proxy.reset()
    stage.show_hidden()
    assert parts.deliver() == []
    assert emulator.counters().calls["id-card"] == 2
    assert [dead_letter["reason"] for dead_letter in stage.collect_dead_letters()] == ["unknown-outcome"]
    assert (stage.collect(), len(stage.delays)) == ([], 1)


def test_a_failed_send_is_retried_within_the_invocation(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator
) -> None:
    refuse_results(stage, proxy, times=4)
    stage.announce(stage.upload(draw()))
    assert parts.deliver() == []
    assert parts.slept == [0.5, 1.0, 2.0, 4.0]
    assert len(stage.collect()) == 1
    assert emulator.counters().paid.total == 1


def test_a_send_with_a_lost_response_may_duplicate_the_message(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator
) -> None:
    proxy.fault("SendMessage", "drop-response", times=1, where=lambda call: call.resource == f"{stage.name}-results")
    stage.announce(stage.upload(draw()))
    assert parts.deliver() == []
    assert len({event["id"] for event in stage.collect()}) == 1
    assert emulator.counters().paid.total == 1


def test_a_result_that_cannot_be_sent_is_paid_at_most_twice(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator, counted: Counted
) -> None:
    refuse_results(stage, proxy)
    stage.announce(stage.upload(draw()))
    assert len(parts.deliver()) == 1
    assert (stage.item()["state"], stage.item()["attempts"]) == ("unknown", "1")
    assert stage.item()["reason"] == "SendMessage.AccessDenied"
    assert_parked_after_two_calls(parts, stage, proxy, emulator)
    assert counted()["PossiblyBilled"] == 2


def test_a_rejection_by_the_service_that_cannot_be_sent_is_called_for_at_most_twice(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator, counted: Counted
) -> None:
    refuse_results(stage, proxy)
    emulator.fault(ResultCode(result_code=4000121, operation="id-card", times=None))
    stage.announce(stage.upload(draw()))
    assert len(parts.deliver()) == 1
    assert (stage.item()["state"], stage.item()["attempts"]) == ("unknown", "1")
    assert_parked_after_two_calls(parts, stage, proxy, emulator)
    assert counted()["PossiblyBilled"] == 2


def test_a_rejection_after_a_lost_one_reaches_the_consumer(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator
) -> None:
    refuse_results(stage, proxy, times=5)
    emulator.fault(ResultCode(result_code=4000121, operation="id-card", times=None))
    stage.announce(stage.upload(draw()))
    assert len(parts.deliver()) == 1
    stage.show_hidden()
    assert parts.deliver() == []
    assert stage.collect()[0]["data"]["rejection"]["resultCode"] == 4000121


def test_a_result_too_large_that_cannot_be_sent_is_paid_at_most_twice(
    make: Callable[..., Parts], stage: Stage, proxy: Proxy, ocr_proxy: Proxy, emulator: Emulator
) -> None:
    grow_results(ocr_proxy, "id-card")
    parts = make(ocr_proxy.url)
    refuse_results(stage, proxy)
    stage.announce(stage.upload(draw()))
    assert len(parts.deliver()) == 1
    assert (stage.item()["state"], stage.item()["attempts"]) == ("unknown", "1")
    assert_parked_after_two_calls(parts, stage, proxy, emulator)


def test_a_rejection_without_a_call_that_cannot_be_sent_costs_no_attempt(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator
) -> None:
    refuse_results(stage, proxy)
    stage.announce(stage.upload(b"neither a PNG nor a JPEG"))
    for _ in range(3):
        assert len(parts.deliver()) == 1
        assert (stage.item()["state"], stage.item()["attempts"]) == ("free", "0")
        stage.show_hidden()
    proxy.reset()
    assert parts.deliver() == []
    assert stage.collect()[0]["data"]["rejection"]["code"] == "image-type-unsupported"
    assert emulator.counters().calls == {}


def test_a_sent_message_completes_its_document_although_the_ledger_write_fails(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator, counted: Counted
) -> None:
    proxy.fault("UpdateItem", "refuse", where=lambda call: call.to_state == "done")
    stage.announce(stage.upload(draw()))
    assert parts.deliver() == []
    assert len(stage.collect()) == 1
    assert emulator.counters().paid.total == 1
    counts = counted()
    assert (counts["LedgerWriteFailed"], counts["Analyzed:id-card"]) == (1, 1)


def test_no_call_is_made_without_a_claim(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator, counted: Counted
) -> None:
    proxy.fault("UpdateItem", "refuse", code="AccessDeniedException")
    stage.announce(stage.upload(draw()))
    assert len(parts.deliver()) == 1
    assert emulator.counters().calls == {}
    assert counted()["ConfigurationError"] == 1


def test_a_document_whose_release_failed_is_free_after_its_lease(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator, counted: Counted
) -> None:
    emulator.fault(ResultCode(result_code=5000001, operation="id-card"))
    proxy.fault("UpdateItem", "refuse", where=lambda call: call.to_state == "free")
    stage.announce(stage.upload(draw()))
    assert len(parts.deliver()) == 1
    assert stage.item()["state"] == "sending"
    assert counted()["LedgerWriteFailed"] == 1
    stage.show_hidden()
    assert len(parts.deliver()) == 1
    parts.clock.ahead = LEASE + 5
    stage.show_hidden()
    assert parts.deliver() == []
    assert emulator.counters().paid.total == 1


def test_a_document_that_cannot_be_parked_gets_no_further_call(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator, counted: Counted
) -> None:
    proxy.fault("SendMessage", "refuse")
    stage.announce(stage.upload(draw()))
    for _ in range(4):
        assert len(parts.deliver()) == 1
        stage.show_hidden()
    assert emulator.counters().paid.total == 2
    assert counted()["ParkFailed"] == 3
    proxy.reset()
    assert parts.deliver() == []
    assert len(stage.collect_dead_letters()) == 1


def test_a_parked_document_without_its_state_is_parked_again(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator, counted: Counted
) -> None:
    emulator.fault(NotJson(operation="id-card", times=None))
    proxy.fault("UpdateItem", "refuse", where=lambda call: call.to_state == "parked")
    uploaded = stage.upload(draw())
    stage.announce(uploaded)
    parts.deliver()
    stage.show_hidden()
    assert parts.deliver() == []
    assert counted()["LedgerWriteFailed"] == 1
    stage.announce(uploaded)
    assert parts.deliver() == []
    assert len(stage.collect_dead_letters()) == 2
    assert emulator.counters().paid.total == 2
