"""Lost responses: a claim is not sent again automatically, and the next attempt learns whether the key is spent."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from sealed_ocr.ocr.client import OcrClient

from emulator.faults.kinds import (
    AnyFault,
    Delay,
    Drip,
    Endless,
    HalfBody,
    HttpStatus,
    NotJson,
    Redirect,
    ResetAfterBody,
    ResetBeforeBody,
    ResultCode,
    TruncatedJson,
    WrongTypes,
)
from tests.support.verification_world import (
    AUTHENTICITY,
    LEASE_SECONDS,
    ManualClock,
    VerifierUnderTest,
    World,
    read_stored,
)

LOST_AFTER_SPENDING: list[AnyFault] = [
    ResetAfterBody(operation=AUTHENTICITY),
    HalfBody(operation=AUTHENTICITY),
    HttpStatus(operation=AUTHENTICITY, worked=True),
    Redirect(operation=AUTHENTICITY, worked=True),
    NotJson(operation=AUTHENTICITY),
    TruncatedJson(operation=AUTHENTICITY),
    Endless(operation=AUTHENTICITY, size=1_000_000),
    *(WrongTypes(operation=AUTHENTICITY, part=part) for part in ("body", "header", "result-code", "result")),
]
LOST_BEFORE_SPENDING: list[AnyFault] = [
    ResetBeforeBody(operation=AUTHENTICITY),
    HttpStatus(operation=AUTHENTICITY),
    Redirect(operation=AUTHENTICITY),
    ResetAfterBody(operation=AUTHENTICITY, worked=False),
]


def name(fault: AnyFault) -> str:
    return f"{type(fault).__name__}-{getattr(fault, 'part', '')}"


@pytest.mark.parametrize("fault", LOST_AFTER_SPENDING, ids=name)
def test_the_next_attempt_learns_that_the_lost_attempt_spent_the_key(
    world: World, verifier: VerifierUnderTest, fault: AnyFault
) -> None:
    card = world.card()
    world.emulator.fault(fault)
    lost = verifier.verify(card, key="k-1")
    assert (lost.problem.status, lost.type, lost.calls) == (504, "outcome-unknown", 1)
    assert world.item(card)["state"] == "unknown"
    second = verifier.verify(card, key="k-1")
    assert (second.problem.status, second.type, second.calls) == (409, "request-key-spent", 1)
    assert "answer was lost spent" in second.problem.detail
    later = verifier.verify(card, key="k-1")
    assert (later.type, later.calls) == ("request-key-spent", 0)
    assert "lost attempt spent it" in later.problem.detail
    assert list(world.emulator.counters().verdicts.values()) == [1]


@pytest.mark.parametrize("fault", LOST_BEFORE_SPENDING, ids=name)
def test_the_next_attempt_gets_the_verdict_if_the_lost_attempt_spent_nothing(
    world: World, verifier: VerifierUnderTest, fault: AnyFault
) -> None:
    card = world.card()
    world.emulator.fault(fault)
    assert (verifier.verify(card, key="k-1").type) == "outcome-unknown"
    result = verifier.verify(card, key="k-1")
    assert (result.verdict, result.calls) == (True, 1)
    assert verifier.verify(card, key="k-1").verdict is True


@pytest.mark.parametrize("fault", [Delay(operation=AUTHENTICITY, delay=30), Drip(operation=AUTHENTICITY, interval=1)])
def test_a_response_after_the_deadline_is_lost(world: World, fault: AnyFault) -> None:
    card = world.card()
    verifier = VerifierUnderTest(world, ocr=world.ocr(call_seconds=2))
    verifier.verify(world.card())
    world.emulator.fault(fault)
    assert verifier.verify(card).type == "outcome-unknown"
    assert VerifierUnderTest(world).verify(card).type == "request-key-spent"


def test_an_invalid_key_without_a_lost_attempt_is_expired(world: World, verifier: VerifierUnderTest) -> None:
    card = world.card()
    world.emulator.shift_clock(3601)
    result = verifier.verify(card)
    assert (result.problem.status, result.type, result.calls) == (410, "request-key-expired", 1)
    assert "lost" not in result.problem.detail


def test_a_refused_attempt_keeps_the_doubt_of_an_earlier_one(world: World, verifier: VerifierUnderTest) -> None:
    card = world.card()
    world.emulator.fault(ResetAfterBody(operation=AUTHENTICITY))
    assert verifier.verify(card).type == "outcome-unknown"
    world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=4000006))
    assert verifier.verify(card).type == "rate-limited"
    assert verifier.verify(card).type == "request-key-spent"


def test_too_little_time_is_a_problem_without_a_call(world: World, verifier: VerifierUnderTest) -> None:
    card = world.card()
    result = verifier.verify(card, seconds=1)
    assert (result.type, result.calls) == ("temporarily-unavailable", 0)
    assert result.problem.retry_after
    assert (verifier.verify(card).verdict) is True


def test_no_connection_is_proven_unsent(world: World) -> None:
    card = world.card()
    result = VerifierUnderTest(world, ocr=world.ocr(endpoint="http://127.0.0.1:9")).verify(card)
    assert (result.type, result.calls) == ("temporarily-unavailable", 0)
    assert world.item(card)["state"] == "available"
    assert VerifierUnderTest(world).verify(card).verdict is True


def test_an_internal_error_during_the_call_is_an_unknown_outcome(world: World) -> None:
    card = world.card()

    class Broken(OcrClient):
        def __init__(self) -> None:
            pass

        def verify(self, request_key: str, claim: Mapping[str, str], deadline: float) -> bool:
            raise ZeroDivisionError(claim["name"])

    verifier = VerifierUnderTest(world, ocr=Broken())
    result = verifier.verify(card)
    assert (result.type, result.calls) == ("outcome-unknown", 0)
    assert world.item(card)["state"] == "unknown"
    assert card.claim["name"] not in verifier.log.getvalue()


def test_another_caller_takes_over_once_the_lease_has_expired(world: World) -> None:
    card, clock = world.card(), ManualClock()
    verifier = VerifierUnderTest(world, clock)
    keys = world.keys(clock)
    keys.begin(card.document_id, read_stored(keys, card), "", "", "")  # the function of this attempt is killed
    for seconds in (0, LEASE_SECONDS):
        clock.now += seconds
        refusal = verifier.verify(card)
        assert (refusal.problem.status, refusal.type, refusal.calls) == (409, "verification-in-progress", 0)
        assert refusal.problem.retry_after in (1, 2)
    clock.now += 1
    result = verifier.verify(card)
    assert (result.verdict, result.calls) == (True, 1)


def test_an_expired_key_is_refused_without_a_call(world: World) -> None:
    card = world.card()
    clock = ManualClock(card.expires_at - 1)
    late = world.card(expires_at=card.expires_at)
    assert VerifierUnderTest(world, clock).verify(card).verdict is True
    clock.now += 1
    result = VerifierUnderTest(world, clock).verify(late)
    assert (result.problem.status, result.type, result.calls) == (410, "request-key-expired", 0)
    assert "requestKey" not in world.item(late)
    assert VerifierUnderTest(world, clock).verify(late).type == "request-key-expired"


@pytest.mark.parametrize(
    "fault", [ResetAfterBody(operation=AUTHENTICITY), HttpStatus(operation=AUTHENTICITY)], ids=name
)
def test_a_repeated_invocation_sends_no_second_claim(
    world: World, verifier: VerifierUnderTest, fault: AnyFault
) -> None:
    card = world.card()
    world.emulator.fault(fault)
    assert verifier.verify(card, invocation="i-1").type == "outcome-unknown"
    for _ in range(2):
        repeated = verifier.verify(card, invocation="i-1")
        assert (repeated.type, repeated.calls) == ("outcome-unknown", 0)
    assert world.sent() == 1
    # A caller who decides to send it again can.
    assert verifier.verify(card, invocation="i-2").calls == 1


def test_the_repeat_of_a_killed_invocation_sends_no_second_claim(world: World) -> None:
    card, clock = world.card(), ManualClock()
    keys = world.keys(clock)
    keys.begin(card.document_id, read_stored(keys, card), "", "", "i-1")  # its function is killed
    verifier = VerifierUnderTest(world, clock)
    assert verifier.verify(card, invocation="i-1").type == "verification-in-progress"
    clock.now += LEASE_SECONDS + 1
    assert verifier.verify(card, invocation="i-1").type == "outcome-unknown"
    assert world.sent() == 0


def test_two_deliveries_of_one_invocation_at_once_send_one_claim(world: World) -> None:
    card, verifiers = world.card(), [VerifierUnderTest(world) for _ in range(8)]
    with ThreadPoolExecutor(len(verifiers)) as deliveries:
        results = list(deliveries.map(lambda each: each.verify(card, invocation="i-1", most=1), verifiers))
    assert [result.verdict for result in results].count(True) == 1
    assert world.sent() == 1
