"""An unreadable or foreign response of AWS fails its own attempt only and is never a success."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emulator.testing import Emulator
from tests.support.analyze_parts import Parts
from tests.support.cards import upload_cards
from tests.support.documents import draw
from tests.support.proxy import Proxy
from tests.support.stage import Stage

Counted = Callable[[], dict[str, float]]
UNREADABLE = pytest.mark.parametrize("page", [b"\xff\xfe", b"[]", b"[" * 100_000], ids=["bytes", "list", "deep"])


@UNREADABLE
def test_a_claim_with_an_unreadable_response_does_not_affect_other_documents(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator, page: bytes
) -> None:
    upload_cards(stage, 3)
    proxy.fault("UpdateItem", "change", 1, where=lambda call: call.to_state == "sending", change=lambda _: page)
    assert parts.deliver() != []
    states = [item["state"] for item in stage.items(stage.documents)]
    # Attempts that had begun have ended. The claim with the unreadable response stays until its lease expires.
    assert states.count("sending") == 1
    assert emulator.counters().paid.total == states.count("done")


@UNREADABLE
def test_an_offer_with_an_unreadable_response_costs_no_second_call(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator, counted: Counted, page: bytes
) -> None:
    stage.announce(stage.upload(draw()))
    proxy.fault("UpdateItem", "change", where=lambda call: call.to_state == "available", change=lambda _: page)
    assert parts.deliver() == []
    (event,) = stage.collect()
    assert "verification" not in event["data"]
    assert (counted()["OfferNotKept"], emulator.counters().paid.total) == (1, 1)


def test_a_secret_with_an_unreadable_response_is_proven_unbilled(parts: Parts, stage: Stage, proxy: Proxy) -> None:
    upload_cards(stage, 1)
    proxy.fault("GetSecretValue", "change", change=lambda _: b"\xff\xfe")
    assert len(parts.deliver()) == 1
    assert (stage.item()["state"], stage.item()["attempts"]) == ("free", "0")


def test_a_foreign_response_with_status_200_is_no_success_of_sqs(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator
) -> None:
    upload_cards(stage, 1)
    proxy.fault("SendMessage", "refuse", 1, status=200)
    assert parts.deliver() == []
    assert len(stage.collect()) == 1
    assert emulator.counters().paid.total == 1


def test_a_foreign_response_with_status_200_is_no_image(
    parts: Parts, stage: Stage, proxy: Proxy, emulator: Emulator
) -> None:
    upload_cards(stage, 1)
    proxy.fault("GetObject", "refuse", 1, status=200)
    assert len(parts.deliver()) == 1
    assert (stage.item()["state"], stage.item()["attempts"]) == ("free", "0")
    assert (stage.collect(), emulator.counters().calls) == ([], {})
