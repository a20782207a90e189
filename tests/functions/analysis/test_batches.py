"""The documents of a batch run concurrently, fail independently and are deferred with a back-off."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from urllib.parse import quote_plus

import pytest

from emulator.control.counters import digest
from emulator.faults.kinds import ResetAfterBody, ResultCode
from emulator.testing import Emulator
from tests.support.analyze_parts import BATCH, LEASE, Parts
from tests.support.cards import CARD, upload_cards
from tests.support.documents import draw
from tests.support.polling import PATIENCE
from tests.support.proxy import Proxy
from tests.support.stage import Stage

Counted = Callable[[], dict[str, float]]


def test_ten_documents_are_read_at_the_same_time(make: Callable[..., Parts], stage: Stage, ocr_proxy: Proxy) -> None:
    # No response is sent before all ten requests have arrived. Sequential requests would break the barrier.
    together = threading.Barrier(BATCH, timeout=PATIENCE)
    ocr_proxy.fault("Ocr", "pass", where=lambda call: call.resource == "credit-card", first=together.wait)
    upload_cards(stage, BATCH)
    assert make(ocr_proxy.url).deliver() == []
    assert not together.broken
    assert len(stage.collect()) == BATCH


def test_a_public_key_is_fetched_once_per_batch(
    parts: Parts, stage: Stage, emulator: Emulator, counted: Counted
) -> None:
    upload_cards(stage, BATCH)
    parts.deliver()
    assert emulator.counters().public_key_fetches == {"credit-card": 1}
    assert counted()["PublicKeyFetched"] == 1


def test_a_failing_document_does_not_affect_the_batch(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    images = upload_cards(stage, 4)
    emulator.fault(ResultCode(result_code=5000001, image=images[2]))
    (again,) = parts.deliver()
    assert quote_plus(f"{CARD}2.png", safe="/") in again
    assert len(stage.collect()) == 3
    stage.show_hidden()
    assert parts.deliver() == []
    assert len(stage.collect()) == 4
    assert emulator.counters().paid.max_per_image == 1


def test_a_message_with_one_failed_upload_is_redelivered(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    drawn = [draw("credit-card") for _ in range(3)]
    stage.announce(*(stage.upload(image, f"{CARD}{place}.png") for place, image in enumerate(drawn)))
    emulator.fault(ResultCode(result_code=5000001, image=digest(drawn[1].content)))
    assert len(parts.deliver()) == 1
    assert len(stage.collect()) == 2
    stage.show_hidden()
    assert parts.deliver() == []
    assert len(stage.collect()) == 3
    counters = emulator.counters()
    assert (counters.paid.total, counters.paid.max_per_image) == (3, 1)


def test_one_upload_of_a_message_is_parked_alone(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    drawn = [draw("credit-card") for _ in range(2)]
    uploads = [stage.upload(image, f"{CARD}{place}.png") for place, image in enumerate(drawn)]
    stage.announce(*uploads)
    emulator.fault(ResetAfterBody(image=digest(drawn[1].content), times=None))
    assert len(parts.deliver()) == 1
    stage.show_hidden()
    assert parts.deliver() == []
    (dead_letter,) = stage.collect_dead_letters()
    assert json.loads(dead_letter["body"])["Records"] == [uploads[1].record]
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


@pytest.mark.parametrize(("receives", "wait"), [(1, 30), (2, 60), (3, 120), (6, 900), (8, 900)])
def test_the_wait_of_a_deferred_delivery_doubles_each_time(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy, receives: int, wait: int
) -> None:
    upload_cards(stage, 1)
    for _ in range(receives - 1):
        stage.event()
        stage.show_hidden()
    emulator.fault(ResultCode(result_code=5000001, operation="credit-card"))
    assert len(parts.deliver()) == 1
    (change,) = proxy.made("ChangeMessageVisibility")
    assert wait <= change.request["VisibilityTimeout"] <= wait * 1.2 + 1


@pytest.mark.parametrize("code", [4000006, 5000503])
def test_a_limit_is_waited_out_longer_than_other_failures(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy, code: int
) -> None:
    upload_cards(stage, 1)
    emulator.fault(ResultCode(result_code=code, operation="credit-card"))
    assert len(parts.deliver()) == 1
    (change,) = proxy.made("ChangeMessageVisibility")
    assert 900 <= change.request["VisibilityTimeout"] <= 900 * 1.2


def test_a_document_under_another_lease_is_deferred_until_the_lease_ends(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator
) -> None:
    upload_cards(stage, 1)
    parts.ledger.claim(stage.documents_announced()[0].document_id)
    assert len(parts.deliver()) == 1
    (change,) = proxy.made("ChangeMessageVisibility")
    assert LEASE - 5 <= change.request["VisibilityTimeout"] <= LEASE * 1.2 + 1
    assert emulator.counters().paid.total == 0


def test_a_delivery_that_cannot_be_deferred_is_still_redelivered(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy
) -> None:
    upload_cards(stage, 1)
    emulator.fault(ResultCode(result_code=5000001, operation="credit-card"))
    proxy.fault("ChangeMessageVisibility", "refuse")
    assert len(parts.deliver()) == 1
