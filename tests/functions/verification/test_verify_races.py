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
from tests.support.verification_world import AUTHENTICITY, LEASE_SECONDS, ManualClock, VerifierUnderTest, World
from tests.support.verify_function import event

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.verify_function import VerifyProcess

CALLERS = 50
REFUSALS = {"verification-in-progress", "request-key-spent"}


@pytest.mark.parametrize("delay", [0.0, 2.0])
def test_fifty_concurrent_callers_get_one_verdict_and_49_refusals(world: World, delay: float) -> None:
    card, verifiers = world.card(), [VerifierUnderTest(world), VerifierUnderTest(world)]
    if delay:
        world.emulator.fault(Delay(operation=AUTHENTICITY, delay=delay))
    gate = threading.Barrier(CALLERS)

    def verify(number: int) -> str:
        gate.wait()
        result = verifiers[number % 2].verify(card, key=f"caller-{number}", most=CALLERS)
        return result.type or f"verdict {result.verdict}"

    with ThreadPoolExecutor(CALLERS) as callers:
        outcomes = Counter(callers.map(verify, range(CALLERS)))
    assert outcomes.pop("verdict True") == 1
    assert outcomes.keys() <= REFUSALS
    assert outcomes.total() == CALLERS - 1
    counters = world.emulator.counters()
    assert counters.calls[AUTHENTICITY] == 1
    assert list(counters.verdicts.values()) == [1]
    if delay:
        assert outcomes["verification-in-progress"]


def test_fifty_callers_of_two_processes_get_one_verdict(start: Callable[..., VerifyProcess], world: World) -> None:
    card, function = world.card(), start(slots=2)
    function.warm_up()
    request = event(card.document_id, json.dumps(card.claim).encode())
    with ThreadPoolExecutor(CALLERS) as callers:
        responses = list(callers.map(lambda _: function.send(request, most=CALLERS), range(CALLERS)))
    outcomes = Counter(response.type for response in responses)
    assert outcomes.pop(None) == 1
    assert outcomes.keys() <= REFUSALS
    assert outcomes.total() == CALLERS - 1
    assert all(response.status == 409 for response in responses if response.type)
    assert world.emulator.counters().calls[AUTHENTICITY] == 1


def test_concurrent_repeats_get_the_same_verdict_or_wait(world: World, verifier: VerifierUnderTest) -> None:
    card = world.card()
    with ThreadPoolExecutor(20) as callers:
        outcomes = Counter(
            result.type or result.verdict
            for result in callers.map(lambda _: verifier.verify(card, key="k", most=20), range(20))
        )
    assert outcomes.keys() <= {True, "verification-in-progress"}
    assert outcomes[True]
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
    start: Callable[..., VerifyProcess],
    function: VerifyProcess,
    world: World,
    fault: AnyFault,
    type_: str | None,
    verdict: bool | None,
) -> None:
    killed, card = start(OCR_CALL_TIMEOUT_SECONDS="20"), world.card()
    world.emulator.fault(fault)
    request = event(card.document_id, json.dumps(card.claim).encode())
    ended: list[str | None] = []
    caller = threading.Thread(target=lambda: ended.append(killed.invoke(request).error_type))
    caller.start()
    until(lambda: world.emulator.counters().verdicts if verdict is None else world.sent())
    killed.close()
    caller.join()
    assert ended == ["Runtime.ExitError"]

    refusal = function.post(card)
    assert (refusal.status, refusal.type, refusal.calls) == (409, "verification-in-progress", 0)
    assert 1 <= int(refusal.headers["retry-after"]) <= LEASE_SECONDS
    lease_until = world.item(card)["leaseUntil"]
    assert VerifierUnderTest(world, ManualClock(lease_until)).verify(card).type == "verification-in-progress"
    result = VerifierUnderTest(world, ManualClock(lease_until + 1)).verify(card)
    assert (result.type, result.verdict, result.calls) == (type_, verdict, 1)
    assert world.sent() == 2
