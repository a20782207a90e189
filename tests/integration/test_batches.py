"""Batches: all at the same time, each failing alone, none started that could not be finished or kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from urllib.parse import quote_plus

import pytest

from emulator.counters import digest
from emulator.faults import ResetAfterBody, ResultCode
from emulator.testing import Emulator
from tests.integration.documents import NAME, draw
from tests.integration.parts import BATCH, LEASE, Parts
from tests.integration.proxy import Proxy
from tests.integration.stage import Stage

Counted = Callable[[], dict[str, float]]
CARD = f"credit-card/{NAME}"


def upload(stage: Stage, number: int) -> list[str]:
    """Announce so many credit cards, each in a message of its own; return the images' digests."""
    drawn = [draw("credit-card") for _ in range(number)]
    for place, image in enumerate(drawn):
        stage.announce(stage.upload(image, f"{CARD}{place}.png"))
    return [digest(image.content) for image in drawn]


def test_ten_documents_are_read_at_the_same_time(make: Callable[..., Parts], stage: Stage, ocr_proxy: Proxy) -> None:
    # No request is answered before all ten are under way: one after the other would break the barrier.
    together = threading.Barrier(BATCH, timeout=20)
    ocr_proxy.fault("Ocr", "pass", where=lambda call: call.resource == "credit-card", first=together.wait)
    upload(stage, BATCH)
    assert make(ocr_proxy.url).deliver() == []
    assert not together.broken
    assert len(stage.collect()) == BATCH


def test_a_public_key_is_fetched_once_for_all(parts: Parts, stage: Stage, emulator: Emulator, counted: Counted) -> None:
    upload(stage, BATCH)
    parts.deliver()
    assert emulator.counters().public_key_fetches == {"credit-card": 1}
    assert counted()["PublicKeyFetched"] == 1


def test_one_fails_alone(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    images = upload(stage, 4)
    emulator.fault(ResultCode(result_code=5000503, image=images[2]))
    (again,) = parts.deliver()
    assert quote_plus(f"{CARD}2.png", safe="/") in again
    assert len(stage.collect()) == 3
    stage.show_hidden()
    assert parts.deliver() == []
    assert len(stage.collect()) == 4
    assert emulator.counters().paid.max_per_image == 1


def test_a_message_of_several_uploads_comes_again_for_the_one_that_failed(
    parts: Parts, stage: Stage, emulator: Emulator
) -> None:
    drawn = [draw("credit-card") for _ in range(3)]
    stage.announce(*(stage.upload(image, f"{CARD}{place}.png") for place, image in enumerate(drawn)))
    emulator.fault(ResultCode(result_code=5000503, image=digest(drawn[1].content)))
    assert len(parts.deliver()) == 1
    assert len(stage.collect()) == 2
    stage.show_hidden()
    assert parts.deliver() == []
    assert len(stage.collect()) == 3
    counters = emulator.counters()
    assert (counters.paid.total, counters.paid.max_per_image) == (3, 1)


def test_one_of_several_uploads_is_parked_by_itself(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    drawn = [draw("credit-card") for _ in range(2)]
    uploads = [stage.upload(image, f"{CARD}{place}.png") for place, image in enumerate(drawn)]
    stage.announce(*uploads)
    emulator.fault(ResetAfterBody(image=digest(drawn[1].content), times=None))
    assert len(parts.deliver()) == 1
    stage.show_hidden()
    assert parts.deliver() == []
    (letter,) = stage.collect_dead()
    assert json.loads(letter["body"])["Records"] == [uploads[1].record]
    assert len(stage.collect()) == 1


def test_the_same_upload_twice_in_a_batch_is_paid_once(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    uploaded = stage.upload(draw("credit-card"), f"{CARD}.png")
    stage.announce(uploaded)
    stage.announce(uploaded, uploaded)
    parts.deliver()
    stage.show_hidden()
    assert parts.deliver() == []
    assert len(stage.collect()) == 1
    assert emulator.counters().paid.total == 1


@pytest.mark.parametrize(("seconds", "begun"), [(39.5, False), (41, True)])
def test_nothing_is_started_that_could_not_be_finished(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator, seconds: float, begun: bool
) -> None:
    upload(stage, 2)
    again = parts.deliver(seconds=seconds, call_seconds=40)
    assert len(again) == (0 if begun else 2)
    assert bool(proxy.made("UpdateItem")) is begun
    assert emulator.counters().paid.total == (2 if begun else 0)


@pytest.mark.parametrize(("receives", "wait"), [(1, 30), (2, 60), (3, 120), (6, 900), (8, 900)])
def test_what_comes_back_waits_twice_as_long_each_time(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy, receives: int, wait: int
) -> None:
    upload(stage, 1)
    for _ in range(receives - 1):
        stage.event()
        stage.show_hidden()
    emulator.fault(ResultCode(result_code=5000503, operation="credit-card"))
    assert len(parts.deliver()) == 1
    (change,) = proxy.made("ChangeMessageVisibility")
    assert wait <= change.asked["VisibilityTimeout"] <= wait * 1.2 + 1


def test_a_document_that_is_being_read_elsewhere_waits_for_its_lease(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator
) -> None:
    upload(stage, 1)
    parts.ledger.claim(stage.parsed()[0].document_id)
    assert len(parts.deliver()) == 1
    (change,) = proxy.made("ChangeMessageVisibility")
    assert LEASE - 5 <= change.asked["VisibilityTimeout"] <= LEASE * 1.2 + 1
    assert emulator.counters().paid.total == 0


def test_a_delivery_that_cannot_be_put_off_comes_back_all_the_same(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy
) -> None:
    upload(stage, 1)
    emulator.fault(ResultCode(result_code=5000503, operation="credit-card"))
    proxy.fault("ChangeMessageVisibility", "refuse")
    assert len(parts.deliver()) == 1


def test_those_whose_function_was_killed_run_after_the_others_and_alone(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator, counted: Counted
) -> None:
    upload(stage, 3)
    killed = [upload_.document_id for upload_ in stage.parsed()]
    for document_id in killed:
        parts.ledger.claim(document_id)
    parts.clock.ahead = LEASE + 5
    upload(stage, 2)
    assert parts.deliver() == []
    steps = [(call.asked["Key"]["documentId"]["S"], call.to_state) for call in proxy.made("UpdateItem")]
    alone = [step for document_id in killed for step in ((document_id, "sending"), (document_id, "done"))]
    assert sorted(steps[-6:-1:2] + steps[-5::2]) == sorted(alone)
    assert all(claimed[0] == done[0] for claimed, done in zip(steps[-6::2], steps[-5::2], strict=True))
    assert [state for _, state in steps[-6:]] == ["sending", "done"] * 3
    assert counted()["PossiblyBilled"] == 3
    assert emulator.counters().paid.max_per_image == 1


def test_what_waits_for_its_image_when_a_send_fails_is_not_called_for(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator
) -> None:
    halted = threading.Event()
    upload(stage, 2)
    slow, fast = stage.parsed()
    proxy.fault("GetObject", "pass", where=lambda call: call.resource == slow.key, first=lambda: halted.wait(20))
    proxy.fault("SendMessage", "refuse", where=lambda call: call.resource == f"{stage.name}-results")
    proxy.fault("UpdateItem", "pass", where=lambda call: call.to_state == "unknown", first=halted.set)
    assert len(parts.deliver()) == 2
    assert emulator.counters().calls["credit-card"] == 1
    states = {item["documentId"]: (item["state"], item["attempts"]) for item in stage.items(stage.documents)}
    assert states == {fast.document_id: ("unknown", "1"), slow.document_id: ("free", "0")}


def test_after_a_failed_send_no_further_call_is_made(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator
) -> None:
    # Eleven of one message: the pool has ten threads, so at least one comes after the first failure.
    proxy.fault("SendMessage", "refuse", where=lambda call: call.resource == f"{stage.name}-results")
    stage.announce(*(stage.upload(draw("credit-card"), f"{CARD}{place}.png") for place in range(BATCH + 5)))
    assert len(parts.deliver()) == 1
    assert emulator.counters().calls["credit-card"] <= BATCH


@pytest.mark.parametrize("state", ["sending", "done"])
def test_after_a_failed_ledger_write_no_further_call_is_made(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator, state: str
) -> None:
    lapsed = stage.upload(draw("credit-card"), f"{CARD}-lapsed.png")
    stage.announce(lapsed)
    parts.ledger.claim(stage.parsed()[0].document_id)
    parts.clock.ahead = LEASE + 5
    stage.announce(stage.upload(draw("credit-card"), f"{CARD}-fresh.png"))
    fresh = stage.parsed()[1].document_id
    proxy.fault(
        "UpdateItem",
        "refuse",
        where=lambda call: call.to_state == state and call.asked["Key"]["documentId"]["S"] == fresh,
    )
    again = parts.deliver()
    assert any("-lapsed" in body for body in again)
    assert emulator.counters().calls.get("credit-card", 0) == (0 if state == "sending" else 1)
