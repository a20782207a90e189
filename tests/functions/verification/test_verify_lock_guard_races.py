"""The lock guard with claims that are sent at once, and with functions that are killed: never a fourth false claim."""

from __future__ import annotations

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from emulator.faults.kinds import Delay, ResetAfterBody
from tests.support.polling import until
from tests.support.verification_world import AUTHENTICITY, LEASE_SECONDS, ManualClock, VerifierUnderTest, World
from tests.support.verify_function import event

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.verification_world import Card
    from tests.support.verify_function import VerifyProcess, VerifyResponse

PROCESSES, UPLOADS, CLAIMS = 10, 10, 20
REFUSALS = {"lock-guard", "verification-in-progress", "request-key-spent"}
MOST = 3


def wrong_claim(card: Card, place: int) -> dict:
    body = json.dumps(card.claim | {"issueDate": f"201001{place + 1:02}"}).encode()
    return event(card.document_id, body)


def send_all(function: VerifyProcess, cards: list[Card]) -> list[VerifyResponse]:
    """Send 20 wrong claims at once, two for each card."""
    gate = threading.Barrier(CLAIMS)

    def send(place: int) -> VerifyResponse:
        gate.wait()
        return function.send(wrong_claim(cards[place % UPLOADS], place), most=CLAIMS)

    with ThreadPoolExecutor(CLAIMS) as callers:
        return list(callers.map(send, range(CLAIMS)))


def test_of_twenty_wrong_claims_of_ten_processes_never_a_fourth_is_sent(
    start: Callable[..., VerifyProcess], world: World
) -> None:
    function = start(slots=PROCESSES)
    function.warm_up()
    cards = [world.card(person=600_001) for _ in range(UPLOADS)]
    # Each claim that is sent is under way for as long as the others need to come.
    world.emulator.fault(Delay(operation=AUTHENTICITY, delay=1.0, times=CLAIMS))
    responses = send_all(function, cards)
    outcomes = Counter(response.type for response in responses)
    assert outcomes.pop(None) == MOST
    assert {response.body.get("isAuthenticity") for response in responses} == {False, None}
    assert outcomes.keys() <= REFUSALS
    assert outcomes.total() == CLAIMS - MOST
    assert world.sent() == MOST
    assert {response.headers.get("attempts-left") for response in responses if response.status == 200} == {
        "0",
        "1",
        "2",
    }
    # Nobody is told to ask again, now that nothing is under way.
    world.emulator.clear_faults()
    outcomes = Counter(function.send(wrong_claim(card, 0)).type for card in cards)
    assert outcomes == {"lock-guard": UPLOADS - MOST, "request-key-spent": MOST}
    assert world.sent() == MOST


def test_claims_with_lost_answers_from_ten_processes_are_judged_three_times_at_most(
    start: Callable[..., VerifyProcess], world: World
) -> None:
    function = start(slots=PROCESSES)
    function.warm_up()
    cards = [world.card(person=600_002) for _ in range(UPLOADS)]
    world.emulator.fault(ResetAfterBody(operation=AUTHENTICITY, times=2))
    for _ in range(3):
        outcomes = Counter(response.type for response in send_all(function, cards))
        # On a busy machine AWS may not answer in time. Such a claim is not sent.
        assert outcomes.keys() <= REFUSALS | {None, "outcome-unknown", "temporarily-unavailable"}
    assert 1 <= sum(world.emulator.counters().verdicts.values()) <= MOST


def test_a_claim_of_a_killed_process_stays_counted(start: Callable[..., VerifyProcess], world: World) -> None:
    killed = start(slots=MOST, OCR_CALL_TIMEOUT_SECONDS="20")
    killed.warm_up()
    cards = [world.card(person=600_003) for _ in range(MOST + 1)]
    world.emulator.fault(Delay(operation=AUTHENTICITY, delay=15, times=MOST))
    callers = [
        threading.Thread(target=killed.invoke, args=(wrong_claim(card, place),))
        for place, card in enumerate(cards[:MOST])
    ]
    for caller in callers:
        caller.start()
    until(lambda: world.sent() == MOST)
    killed.close()
    for caller in callers:
        caller.join()
    world.emulator.clear_faults()
    clock = ManualClock()
    assert VerifierUnderTest(world, clock).verify(cards[-1]).type == "verification-in-progress"
    clock.now += LEASE_SECONDS + 30
    result = VerifierUnderTest(world, clock).verify(cards[-1])
    assert (result.type, result.calls, result.attempts_left) == ("lock-guard", 0, 0)
