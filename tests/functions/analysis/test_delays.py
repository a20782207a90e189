"""A document that is parked is announced to consumers, at least once and with an id of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sealed_ocr.aws.circuit_breaker import PROBE_SECONDS

from emulator.faults.kinds import NotJson
from emulator.testing import Emulator
from ops.common.ledger import OperatorLedger
from tests.support.analyze_parts import Parts
from tests.support.documents import NAME, draw
from tests.support.proxy import Proxy
from tests.support.stage import Stage

Counted = Callable[[], dict[str, float]]


@pytest.fixture
def exhausted(parts: Parts, stage: Stage, emulator: Emulator) -> str:
    """The id of a document whose next attempt is its last, and ends with an unknown outcome."""
    emulator.fault(NotJson(operation="id-card", times=None))
    stage.announce(stage.upload(draw(), f"id-card/{NAME}.png"))
    assert len(parts.deliver()) == 1
    assert (stage.collect(), stage.delays) == ([], [])
    stage.show_hidden()
    return str(stage.item()["documentId"])


def refuse(proxy: Proxy, stage: Stage, queue: str, action: str = "refuse") -> None:
    proxy.fault("SendMessage", action, 1, where=lambda call: call.resource == f"{stage.name}-{queue}")  # type: ignore[arg-type]  # one of the proxy's words


def test_a_parked_document_is_announced(parts: Parts, stage: Stage, exhausted: str, proxy: Proxy) -> None:
    proxy.reset()
    assert parts.deliver() == []
    assert stage.collect() == []
    (event,) = stage.delays
    assert event["id"] == f"{exhausted}-delayed"
    assert event["type"] == "sealed-ocr.document.delayed.v1"
    assert event["subject"] == event["data"]["document"]["key"] == f"id-card/{NAME}.png"
    assert event["data"]["document"]["documentId"] == exhausted
    delay = event["data"]["delay"]
    assert (delay["code"], delay["mayStillBeAnalyzed"]) == ("unknown-outcome", True)
    announced, parked = proxy.made("SendMessage")
    attributes = announced.request["MessageAttributes"]
    assert {name: value["StringValue"] for name, value in attributes.items()} == {
        "type": event["type"],
        "kind": "id-card",
    }
    assert parked.resource.endswith("-dead")


def test_a_document_whose_announcement_fails_is_parked_later_without_a_call(
    parts: Parts, stage: Stage, exhausted: str, emulator: Emulator, proxy: Proxy, counted: Counted
) -> None:
    refuse(proxy, stage, "results")
    assert len(parts.deliver()) == 1
    assert stage.collect_dead_letters() == []
    assert stage.item()["state"] == "unknown"
    stage.show_hidden()
    assert parts.deliver() == []
    assert (stage.collect(), len(stage.delays), len(stage.collect_dead_letters())) == ([], 1, 1)
    assert stage.item() | {"documentId": exhausted, "state": "parked"} == stage.item()
    assert emulator.counters().calls["id-card"] == 2
    counts = counted()
    assert (counts["ParkFailed"], counts["Parked"], counts["PossiblyBilled"]) == (1, 1, 2)


@pytest.mark.parametrize(("queue", "action"), [("dead", "refuse"), ("results", "drop-response")])
@pytest.mark.usefixtures("exhausted")
def test_a_repeated_announcement_has_the_same_id(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy, queue: str, action: str
) -> None:
    refuse(proxy, stage, queue, action)
    while parts.deliver():
        stage.show_hidden()
    stage.collect()
    assert len(stage.delays) == 2
    assert len({event["id"] for event in stage.delays}) == 1
    assert len(stage.collect_dead_letters()) == 1
    assert emulator.counters().calls["id-card"] == 2


def test_only_another_attempt_is_announced_again(
    parts: Parts, stage: Stage, exhausted: str, emulator: Emulator
) -> None:
    parts.deliver()
    dead_letter = stage.collect_dead_letters()[-1]
    stage.announce_text(dead_letter["body"], dead_letter["reason"])
    assert parts.deliver() == []
    stage.collect()
    assert len(stage.delays) == 1
    OperatorLedger(stage.aws.dynamodb, stage.documents).free(exhausted, "redrive", alone=True)
    stage.announce_text(dead_letter["body"], dead_letter["reason"])
    assert parts.deliver() == []
    stage.collect()
    assert [event["id"] for event in stage.delays] == [f"{exhausted}-delayed"] * 2
    emulator.clear_faults()
    # Three unknown outcomes have opened the circuit breaker.
    parts.clock.ahead = PROBE_SECONDS + 1
    OperatorLedger(stage.aws.dynamodb, stage.documents).free(exhausted, "redrive", alone=True)
    stage.announce_text(dead_letter["body"], dead_letter["reason"])
    assert parts.deliver() == []
    assert [event["id"] for event in stage.collect()] == [exhausted]


@pytest.mark.usefixtures("exhausted")
def test_a_document_is_not_announced_without_time_for_all_steps(parts: Parts, stage: Stage, proxy: Proxy) -> None:
    # The attempts are exhausted by the delivery before, which could not announce.
    refuse(proxy, stage, "results")
    parts.deliver()
    stage.show_hidden()
    # A call to the service would still fit, the three calls to AWS that follow would not.
    assert len(parts.deliver(seconds=-5, call_seconds=-10)) == 1
    assert (stage.collect(), stage.delays, stage.collect_dead_letters()) == ([], [], [])
