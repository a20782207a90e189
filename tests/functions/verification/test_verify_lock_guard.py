"""The lock guard: three false claims about a person are sent, over all documents, and never a fourth."""

from __future__ import annotations

import hashlib
import itertools
import json

import pytest
from sealed_ocr.aws.false_claims import CLOCK_SKEW_SECONDS, DAY_SECONDS

from emulator.faults.kinds import AnyFault, HalfBody, HttpStatus, ResetAfterBody, ResetBeforeBody, ResultCode
from emulator.specimens import DocumentKind
from tests.functions.verification.test_verify_result_codes import CODES, FREE
from tests.support.canary import assert_clean, values_of
from tests.support.verification_world import (
    AUTHENTICITY,
    LEASE_SECONDS,
    LOCK_GUARD_DAYS,
    Card,
    ManualClock,
    VerifierUnderTest,
    VerifyResult,
    World,
    read_stored,
)

WRONG: dict[str, dict[str, str]] = {
    "resident": {"issueDate": "20100101"},
    "driver": {"serialNum": "AAAAAA"},
    "passport": {"issueDate": "20100101"},
}
NUMBERS: dict[DocumentKind, str] = {
    "resident": "residentNumber",
    "driver": "driverLicenseNumber",
    "passport": "passportNumber",
}
MONTH = LOCK_GUARD_DAYS * DAY_SECONDS
_people = itertools.count(500_000)


@pytest.fixture
def person() -> int:
    """Return a person of whom no other test knows."""
    return next(_people)


def verify_wrong(verifier: VerifierUnderTest, card: Card, key: str = "") -> VerifyResult:
    """Verify a claim about the card's number that is false."""
    return verifier.verify(card, card.claim | WRONG[card.claim["idType"]], key)


def false_claims(verifier: VerifierUnderTest, person: int, number: int, document: DocumentKind = "resident") -> None:
    for _ in range(number):
        assert verify_wrong(verifier, verifier.world.card(document, person=person)).verdict is False


def guard_item(world: World, card: Card) -> dict:
    return world.item(f"guard:{world.item(card)['person']}")


@pytest.mark.parametrize("document", NUMBERS)
def test_a_fourth_false_claim_is_not_sent(
    world: World, verifier: VerifierUnderTest, person: int, document: DocumentKind
) -> None:
    for left in (2, 1, 0):
        result = verify_wrong(verifier, world.card(document, person=person))
        assert (result.verdict, result.calls, result.attempts_left) == (False, 1, left)
    for attempt in (verify_wrong, VerifierUnderTest.verify):
        card = world.card(document, person=person)
        result = attempt(verifier, card)
        assert (result.problem.status, result.type, result.calls) == (409, "lock-guard", 0)
        assert (result.attempts_left, result.problem.retry_after) == (0, None)
        assert "nothing was sent" in result.problem.detail
        assert world.item(card)["state"] == "available"
    assert verifier.verify(world.card(document)).verdict is True


def test_claims_count_by_the_number_that_is_claimed(world: World, verifier: VerifierUnderTest, person: int) -> None:
    victim = world.card(person=person)
    for _ in range(3):
        result = verifier.verify(world.card(), residentNumber=victim.claim["residentNumber"])
        assert (result.verdict, result.calls) == (False, 1)
    assert verifier.verify(victim).type == "lock-guard"


def test_true_claims_do_not_count(world: World, verifier: VerifierUnderTest, person: int) -> None:
    for _ in range(5):
        result = verifier.verify(world.card(person=person))
        assert (result.verdict, result.attempts_left) == (True, 3)


def test_a_true_claim_does_not_reset_the_count(world: World, verifier: VerifierUnderTest, person: int) -> None:
    false_claims(verifier, person, 2)
    result = verifier.verify(world.card(person=person))
    assert (result.verdict, result.attempts_left) == (True, 1)
    false_claims(verifier, person, 1)
    assert verifier.verify(world.card(person=person)).type == "lock-guard"


@pytest.mark.parametrize(
    "fault",
    [ResetAfterBody(operation=AUTHENTICITY), HalfBody(operation=AUTHENTICITY), HttpStatus(operation=AUTHENTICITY)],
    ids=lambda fault: type(fault).__name__,
)
def test_a_lost_answer_counts_once_however_often_the_claim_is_sent_again(
    world: World, verifier: VerifierUnderTest, person: int, fault: AnyFault
) -> None:
    card = world.card(person=person)
    for _ in range(4):
        world.emulator.fault(fault)
        result = verify_wrong(verifier, card)
        world.emulator.clear_faults()
        if result.type == "request-key-spent":
            break
        assert (result.type, result.attempts_left) == ("outcome-unknown", 2)
    verify_wrong(verifier, card)
    assert verifier.verify(world.card(person=person)).attempts_left == 2


def test_a_claim_whose_answer_was_lost_is_released_by_a_true_verdict(
    world: World, verifier: VerifierUnderTest, person: int
) -> None:
    card = world.card(person=person)
    world.emulator.fault(ResetBeforeBody(operation=AUTHENTICITY))
    assert verifier.verify(card).attempts_left == 2
    result = verifier.verify(card)
    assert (result.verdict, result.attempts_left) == (True, 3)
    assert "held" not in guard_item(world, card)


def test_a_failure_after_a_lost_answer_releases_nothing(world: World, verifier: VerifierUnderTest, person: int) -> None:
    card = world.card(person=person)
    world.emulator.fault(ResetAfterBody(operation=AUTHENTICITY))
    assert verify_wrong(verifier, card).type == "outcome-unknown"
    for code, type_ in ((4000006, "rate-limited"), (4000001, "ocr-error")):
        world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=code))
        result = verify_wrong(verifier, card)
        assert (result.type, result.attempts_left) == (type_, 2)
    assert verify_wrong(verifier, card).type == "request-key-spent"
    assert verifier.verify(world.card(person=person)).attempts_left == 2


def test_lost_answers_close_the_guard(world: World, verifier: VerifierUnderTest, person: int) -> None:
    for _ in range(3):
        world.emulator.fault(ResetAfterBody(operation=AUTHENTICITY))
        assert verifier.verify(world.card(person=person)).type == "outcome-unknown"
    card = world.card(person=person)
    # Whether the last of them is under way is known when its lease has ended.
    assert verifier.verify(card).type == "verification-in-progress"
    verifier.clock.now += LEASE_SECONDS + 1
    result = verifier.verify(card)
    assert (result.type, result.calls, result.attempts_left) == ("lock-guard", 0, 0)


@pytest.mark.parametrize("code", [code for code, (_, _, state) in CODES.items() if state in {FREE, "expired"}])
def test_a_claim_that_is_proven_not_judged_does_not_count(
    world: World, verifier: VerifierUnderTest, person: int, code: int
) -> None:
    card = world.card(person=person)
    world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=code))
    result = verify_wrong(verifier, card)
    assert (result.verdict, result.attempts_left) == (None, 3)
    assert "held" not in guard_item(world, card)


def test_a_claim_that_was_never_sent_does_not_count(world: World, person: int) -> None:
    card = world.card(person=person)
    result = VerifierUnderTest(world, ocr=world.ocr(endpoint="http://127.0.0.1:9")).verify(card)
    assert (result.type, result.attempts_left) == ("temporarily-unavailable", 3)
    assert VerifierUnderTest(world).verify(card, seconds=1).attempts_left == 3
    assert "held" not in guard_item(world, card)


def test_a_locked_card_is_remembered(world: World, verifier: VerifierUnderTest, person: int) -> None:
    card = world.card(person=person)
    world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=4000123))
    result = verifier.verify(card)
    assert (result.type, result.calls, result.attempts_left) == ("card-locked", 1, 0)
    item = guard_item(world, card)
    assert "held" not in item
    assert item["expiresAt"] == item["lockedUntil"] == int(verifier.clock.now) + MONTH
    later = world.card(person=person)
    result = verifier.verify(later)
    assert (result.problem.status, result.type, result.calls, result.attempts_left) == (423, "card-locked", 0, 0)
    assert "do not try again" in result.problem.detail
    assert world.item(later)["state"] == "available"


def test_a_killed_claim_counts(world: World, person: int) -> None:
    clock = ManualClock()
    verifier = VerifierUnderTest(world, clock)
    for _ in range(3):
        card = world.card(person=person)
        keys = world.keys(clock)
        code = verifier.guard.person(card.claim)
        attempt = keys.begin(card.document_id, read_stored(keys, card), "", "", "", code)
        assert attempt is not None
        verifier.guard.reserve(attempt)  # the function of this attempt is killed
    waiting = world.card(person=person)
    result = verifier.verify(waiting)
    assert (result.type, result.calls, result.attempts_left) == ("verification-in-progress", 0, 0)
    assert result.problem.retry_after
    clock.now += LEASE_SECONDS + 1
    assert verifier.verify(waiting).type == "lock-guard"
    # The Request-Key of a killed claim can be used again. It counts already.
    assert verifier.verify(card).verdict is True


def test_each_claim_counts_for_its_own_days(world: World, person: int) -> None:
    start = ManualClock().now

    def at(seconds: float) -> VerifierUnderTest:
        return VerifierUnderTest(world, ManualClock(start + seconds))

    def card(seconds: float) -> Card:
        return world.card(person=person, expires_at=int(start + seconds) + 3600)

    for day in (0, 10, 20):
        assert verify_wrong(at(day * DAY_SECONDS), card(day * DAY_SECONDS)).verdict is False
    end = MONTH + 3600
    assert at(end - 60).verify(card(end - 60)).type == "lock-guard"
    result = verify_wrong(at(end + 60), card(end + 60))
    assert (result.verdict, result.attempts_left) == (False, 0)
    assert at(end + 120).verify(card(end + 120)).type == "lock-guard"
    assert at(end + 11 * DAY_SECONDS).verify(card(end + 11 * DAY_SECONDS)).verdict is True


def test_the_item_outlives_each_claim_that_it_counts(world: World, verifier: VerifierUnderTest, person: int) -> None:
    cards = [world.card(person=person) for _ in range(3)]
    for card in cards:
        verify_wrong(verifier, card)
        assert guard_item(world, card)["expiresAt"] >= verifier.clock.now + MONTH
    assert len(guard_item(world, cards[0])["false"]) == 3


def test_a_repeated_verdict_is_no_claim(world: World, verifier: VerifierUnderTest, person: int) -> None:
    card = world.card(person=person)
    assert verify_wrong(verifier, card, key="k").attempts_left == 2
    false_claims(verifier, person, 2)
    result = verify_wrong(verifier, card, key="k")
    assert (result.verdict, result.calls, result.attempts_left) == (False, 0, 0)


def test_a_refused_claim_can_be_sent_when_an_operator_has_released_the_person(
    world: World, verifier: VerifierUnderTest, person: int
) -> None:
    false_claims(verifier, person, 3)
    card = world.card(person=person)
    assert verifier.verify(card, key="k").type == "lock-guard"
    operator = world.false_claims(verifier.clock)
    code = world.item(card)["person"]
    assert not operator.forget(code), "a claim may be under way"
    verifier.clock.now += LEASE_SECONDS + CLOCK_SKEW_SECONDS + 1
    assert operator.forget(code)
    result = verifier.verify(card, key="k")
    assert (result.verdict, result.attempts_left) == (True, 3)


def test_without_the_guard_nothing_is_counted(world: World, person: int) -> None:
    verifier = VerifierUnderTest(world, guarded=False)
    for _ in range(4):
        card = world.card(person=person)
        result = verify_wrong(verifier, card)
        assert (result.verdict, result.attempts_left) == (False, None)
        assert "person" not in world.item(card)


@pytest.mark.parametrize("document", NUMBERS)
def test_what_is_stored_and_logged_does_not_name_the_person(
    world: World, verifier: VerifierUnderTest, person: int, document: DocumentKind
) -> None:
    false_claims(verifier, person, 3, document)
    card = world.card(document, person=person)
    assert verifier.verify(card, key="canary-key").type == "lock-guard"
    item, number = guard_item(world, card), card.claim[NUMBERS[document]]
    personal = values_of({name: value for name, value in card.claim.items() if name != "idType"})
    texts = str(item) + verifier.log.getvalue() + str(world.item(card)["person"])
    assert_clean(texts, [*personal, "canary-key", hashlib.sha256(number.encode()).digest()])
    assert item.keys() == {"documentId", "held", "false", "busyUntil", "expiresAt"}
    refused = [json.loads(line) for line in verifier.log.getvalue().splitlines() if "lock_guard.refused" in line]
    assert [(line["falseClaims"], line["unknownClaims"]) for line in refused] == [(3, 0)]


def test_the_code_of_a_person_is_no_mac_of_a_claim(world: World, verifier: VerifierUnderTest, person: int) -> None:
    one, two = world.card(person=person), world.card(person=person)
    for card in (one, two):
        verifier.verify(card, key="k")
    assert world.item(one)["person"] == world.item(two)["person"]
    assert world.item(one)["claimMac"] != world.item(two)["claimMac"]
    assert world.item(one)["person"] not in {world.item(one)["claimMac"], world.item(two)["claimMac"]}


def test_nothing_is_written_for_the_guard_without_time_for_it(world: World, person: int) -> None:
    card = world.card(person=person)
    guard, keys = VerifierUnderTest(world).guard, world.keys()
    attempt = keys.begin(card.document_id, read_stored(keys, card), "", "", "", guard.person(card.claim))
    assert attempt is not None
    left = guard.reserve(attempt)
    assert guard.settle(attempt, left, "spend", True, deadline=0.0) == 3
    assert len(guard_item(world, card)["held"]) == 1
