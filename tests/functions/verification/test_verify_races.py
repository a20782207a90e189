"""Concurrent callers of one Request-Key, and functions that are killed during a call."""

from __future__ import annotations

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from emulator.faults.kinds import AnyFault, Delay, ResetBeforeBody
from tests.support.polling import until
from tests.support.verification_world import AUTHENTICITY, LEASE_SECONDS, Clock, Desk, World
from tests.support.verify_function import event

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.verify_function import Lambda

CALLERS = 50
HONEST = {"verification-in-progress", "request-key-spent"}


@pytest.mark.parametrize("delay", [0.0, 2.0])
def test_fifty_concurrent_callers_get_one_verdict_and_49_refusals(world: World, delay: float) -> None:
    card, desks = world.card(), [Desk(world), Desk(world)]
    if delay:
        world.emulator.fault(Delay(operation=AUTHENTICITY, delay=delay))
    gate = threading.Barrier(CALLERS)

    def ask(number: int) -> str:
        gate.wait()
        told = desks[number % 2].ask(card, key=f"caller-{number}", most=CALLERS)
        return told.type or f"verdict {told.verdict}"

    with ThreadPoolExecutor(CALLERS) as callers:
        told = Counter(callers.map(ask, range(CALLERS)))
    assert told.pop("verdict True") == 1
    assert told.keys() <= HONEST
    assert told.total() == CALLERS - 1
    counters = world.emulator.counters()
    assert counters.calls[AUTHENTICITY] == 1
    assert list(counters.verdicts.values()) == [1]
    if delay:
        assert told["verification-in-progress"]


def test_fifty_callers_of_two_processes_get_one_verdict(start: Callable[..., Lambda], world: World) -> None:
    card, function = world.card(), start(slots=2)
    function.warm_up()
    asked = event(card.document_id, json.dumps(card.claim).encode())
    with ThreadPoolExecutor(CALLERS) as callers:
        answers = list(callers.map(lambda _: function.send(asked, most=CALLERS), range(CALLERS)))
    told = Counter(answered.type for answered in answers)
    assert told.pop(None) == 1
    assert told.keys() <= HONEST
    assert told.total() == CALLERS - 1
    assert all(answered.status == 409 for answered in answers if answered.type)
    assert world.emulator.counters().calls[AUTHENTICITY] == 1


def test_concurrent_repeats_get_the_same_verdict_or_wait(world: World, desk: Desk) -> None:
    card = world.card()
    with ThreadPoolExecutor(20) as callers:
        told = Counter(
            one.type or one.verdict for one in callers.map(lambda _: desk.ask(card, key="k", most=20), range(20))
        )
    assert told.keys() <= {True, "verification-in-progress"}
    assert told[True]
    assert world.sent() == 1


@pytest.mark.parametrize(
    ("fault", "type_", "verdict"),
    [
        (Delay(operation=AUTHENTICITY, delay=15), "request-key-spent", None),
        (ResetBeforeBody(operation=AUTHENTICITY, delay=15), None, True),
    ],
    ids=["after the key was spent", "before it was"],
)
def test_a_call_of_a_killed_function_is_a_lost_attempt(
    start: Callable[..., Lambda],
    function: Lambda,
    world: World,
    fault: AnyFault,
    type_: str | None,
    verdict: bool | None,
) -> None:
    killed, card = start(OCR_CALL_TIMEOUT_SECONDS="20"), world.card()
    world.emulator.fault(fault)
    asked = event(card.document_id, json.dumps(card.claim).encode())
    ended: list[str | None] = []
    caller = threading.Thread(target=lambda: ended.append(killed.invoke(asked).error_type))
    caller.start()
    until(lambda: world.emulator.counters().verdicts if verdict is None else world.sent())
    killed.close()
    caller.join()
    assert ended == ["Runtime.ExitError"]

    waits = function.post(card)
    assert (waits.status, waits.type, waits.calls) == (409, "verification-in-progress", 0)
    assert 1 <= int(waits.headers["retry-after"]) <= LEASE_SECONDS
    lapses = world.item(card)["leaseUntil"]
    assert Desk(world, Clock(lapses)).ask(card).type == "verification-in-progress"
    told = Desk(world, Clock(lapses + 1)).ask(card)
    assert (told.type, told.verdict, told.calls) == (type_, verdict, 1)
    assert world.sent() == 2
