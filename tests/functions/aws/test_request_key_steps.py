"""Each step of a Request-Key leads to its state, and leases and keys expire exactly on time."""

from __future__ import annotations

import hashlib

import pytest
from sealed_ocr.aws.errors import ConditionFailed
from sealed_ocr.aws.request_key_states import Step
from sealed_ocr.aws.request_keys import RequestKeys, key_expires_at
from sealed_ocr.aws.stored_request_key import VerificationAttempt

from tests.support.verification_world import LEASE_SECONDS, Card, ManualClock, World, read_stored

STATE_AFTER: dict[Step, str] = {
    "spend": "spent",
    "free": "available",
    "doubt": "unknown",
    "forfeit": "spent",
    "expire": "expired",
    "lock": "locked",
}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def card(world: World) -> Card:
    return world.card()


def begin_attempt(world: World, card: Card, clock: ManualClock) -> tuple[RequestKeys, VerificationAttempt]:
    keys = world.keys(clock)
    attempt = keys.begin(card.document_id, read_stored(keys, card), "", "", "")
    assert attempt is not None
    return keys, attempt


@pytest.mark.parametrize(("step", "state"), STATE_AFTER.items())
def test_each_end_of_an_attempt_leads_to_its_state(
    world: World, card: Card, clock: ManualClock, step: Step, state: str
) -> None:
    keys, attempt = begin_attempt(world, card, clock)
    keys.end(attempt, step, True if step == "spend" else None)
    item = world.item(card)
    assert item["state"] == state
    assert item["doubted"] is (step == "doubt")
    assert ("verdict" in item) == (step == "spend")
    assert ("requestKey" in item) == (state in {"available", "unknown"})
    assert "leaseUntil" not in item
    assert read_stored(world.keys(clock), card).state == state


@pytest.mark.parametrize("step", STATE_AFTER)
def test_an_attempt_that_was_taken_over_cannot_be_ended(
    world: World, card: Card, clock: ManualClock, step: Step
) -> None:
    keys, first = begin_attempt(world, card, clock)
    clock.now += LEASE_SECONDS + 1
    _, second = begin_attempt(world, card, clock)
    with pytest.raises(ConditionFailed):
        keys.end(first, step)
    assert world.item(card)["attemptId"] == second.attempt_id
    assert world.item(card)["state"] == "sending"


@pytest.mark.parametrize("step", STATE_AFTER)
def test_an_attempt_ends_once(world: World, card: Card, clock: ManualClock, step: Step) -> None:
    keys, attempt = begin_attempt(world, card, clock)
    keys.end(attempt, step)
    other: Step = "doubt" if step != "doubt" else "free"
    with pytest.raises(ConditionFailed):
        keys.end(attempt, other)
    assert world.item(card)["state"] == STATE_AFTER[step]


@pytest.mark.parametrize("step", STATE_AFTER)
def test_another_attempt_can_begin_after_free_and_doubt_only(
    world: World, card: Card, clock: ManualClock, step: Step
) -> None:
    keys, attempt = begin_attempt(world, card, clock)
    keys.end(attempt, step)
    again = keys.begin(card.document_id, read_stored(keys, card), "", "", "")
    assert (again is not None) == (step in {"free", "doubt"})
    if again:
        assert again.doubted == (step == "doubt")
        assert again.request_key == card.request_key


def test_a_later_attempt_that_sent_nothing_keeps_the_doubt(world: World, card: Card, clock: ManualClock) -> None:
    keys, attempt = begin_attempt(world, card, clock)
    keys.end(attempt, "doubt")
    keys, attempt = begin_attempt(world, card, clock)
    keys.end(attempt, "free")
    _, attempt = begin_attempt(world, card, clock)
    assert attempt.doubted


@pytest.mark.parametrize("step", [None, *STATE_AFTER])
def test_a_new_analysis_offers_its_key_unless_a_verdict_exists_or_is_pending(
    world: World, card: Card, clock: ManualClock, step: Step | None
) -> None:
    keys, attempt = begin_attempt(world, card, clock)
    if step:
        keys.end(attempt, step, True if step == "spend" else None)
    before = world.item(card)
    taken = keys.offer(card.document_id, "another-key", "driver", card.expires_at + 5)
    assert taken == (step in {"free", "doubt", "expire", "lock"})
    item = world.item(card)
    if not taken:
        assert item == before
        return
    assert item == {
        "documentId": card.document_id,
        "state": "available",
        "requestKey": "another-key",
        "keyHash": hashlib.sha256(b"another-key").hexdigest(),
        "idType": "driver",
        "keyExpiresAt": card.expires_at + 5,
        "expiresAt": card.expires_at + 5,
    }


@pytest.mark.parametrize("step", [None, *STATE_AFTER])
def test_an_offer_that_boto3_repeats_changes_nothing(
    world: World, card: Card, clock: ManualClock, step: Step | None
) -> None:
    """A claim may be sent between a write whose answer is lost and its repeat."""
    keys, attempt = begin_attempt(world, card, clock)
    if step:
        keys.end(attempt, step, True if step == "spend" else None)
    before = world.item(card)
    assert keys.offer(card.document_id, card.request_key, "resident", card.expires_at)
    assert world.item(card) == before


def test_a_new_analysis_offers_its_key_once_the_lease_of_a_killed_claim_has_expired(
    world: World, card: Card, clock: ManualClock
) -> None:
    keys, killed = begin_attempt(world, card, clock)
    clock.now += LEASE_SECONDS
    assert not keys.offer(card.document_id, "another-key", "resident", card.expires_at)
    clock.now += 1
    assert keys.offer(card.document_id, "another-key", "resident", card.expires_at)
    with pytest.raises(ConditionFailed):
        keys.end(killed, "spend", True)
    offered = keys.begin(card.document_id, read_stored(keys, card), "", "", "")
    assert offered is not None
    assert (offered.request_key, offered.doubted) == ("another-key", False)


@pytest.mark.parametrize(("seconds", "state"), [(-1, "available"), (0, "expired"), (1, "expired")])
def test_a_key_expires_exactly_at_its_expiry_time(world: World, card: Card, seconds: int, state: str) -> None:
    held = read_stored(world.keys(ManualClock(card.expires_at + seconds)), card)
    assert held.state == state
    assert world.item(card)["state"] == "available"


@pytest.mark.parametrize(
    ("seconds", "state"), [(0, "sending"), (LEASE_SECONDS, "sending"), (LEASE_SECONDS + 1, "unknown")]
)
def test_a_lease_expires_exactly_at_its_end(
    world: World, card: Card, clock: ManualClock, seconds: int, state: str
) -> None:
    keys, _ = begin_attempt(world, card, clock)
    clock.now += seconds
    held = read_stored(keys, card)
    assert held.state == state
    assert held.doubted == (state == "unknown")
    assert held.lease_seconds_left == max(LEASE_SECONDS - seconds, 0)


def test_an_attempt_can_end_after_its_lease_if_it_was_not_taken_over(
    world: World, card: Card, clock: ManualClock
) -> None:
    keys, attempt = begin_attempt(world, card, clock)
    clock.now += LEASE_SECONDS + 1
    keys.end(attempt, "spend", True)
    assert world.item(card)["verdict"] is True


def test_a_key_and_its_unused_item_expire_within_the_service_s_hour(world: World) -> None:
    requested_at = 1_800_000_000.9
    assert requested_at + 3000 < key_expires_at(requested_at) < requested_at + 3600
    card = world.card(expires_at=key_expires_at(requested_at))
    assert world.item(card)["expiresAt"] == card.expires_at


@pytest.mark.parametrize(("step", "state"), STATE_AFTER.items())
@pytest.mark.parametrize("seconds_before_the_end", [1, 3000])
def test_an_item_outlives_its_key_by_a_lease_and_a_deleted_key_by_a_day(
    world: World, card: Card, step: Step, state: str, seconds_before_the_end: int
) -> None:
    clock = ManualClock(card.expires_at - seconds_before_the_end)
    keys, attempt = begin_attempt(world, card, clock)
    with_key = max(card.expires_at, int(clock.now) + LEASE_SECONDS)
    assert world.item(card)["expiresAt"] == with_key
    clock.now += 5
    keys.end(attempt, step, True if step == "spend" else None)
    keeps_key = state in {"available", "unknown"}
    assert world.item(card)["expiresAt"] == (with_key if keeps_key else int(clock.now) + 86_400)


@pytest.mark.parametrize("before", ["nothing", "free", "doubt", "a killed function"])
def test_a_key_that_is_found_expired_is_deleted(world: World, card: Card, clock: ManualClock, before: str) -> None:
    if before != "nothing":
        keys, attempt = begin_attempt(world, card, clock)
        if before in {"free", "doubt"}:
            keys.end(attempt, "free" if before == "free" else "doubt")
    deleted_at = world.item(card)["expiresAt"]
    late = world.keys(ManualClock(card.expires_at))
    held = read_stored(late, card)
    late.forget(card.document_id, held)
    item = world.item(card)
    assert (item["state"], item["expiresAt"]) == ("expired", deleted_at)
    assert not {"requestKey", "leaseUntil"} & item.keys()
    assert read_stored(late, card).state == "expired"
    # Again: there is nothing to delete.
    late.forget(card.document_id, held)
    late.forget(card.document_id, read_stored(late, card))
    assert world.item(card) == item


def test_a_key_that_has_changed_or_is_not_expired_is_not_deleted(world: World, card: Card, clock: ManualClock) -> None:
    keys, late = world.keys(clock), world.keys(ManualClock(card.expires_at))
    early, expired = read_stored(keys, card), read_stored(late, card)
    keys.forget(card.document_id, early)
    assert world.item(card)["requestKey"] == card.request_key
    keys.offer(card.document_id, "another-key", "resident", card.expires_at + 3600)
    late.forget(card.document_id, expired)
    assert world.item(card)["requestKey"] == "another-key"
    assert world.item(card)["state"] == "available"
    world.aws.dynamodb.delete_item(TableName=world.name, Key={"documentId": {"S": card.document_id}})
    late.forget(card.document_id, expired)
    assert world.item(card) == {}


@pytest.mark.parametrize("before", ["nothing", "a lost attempt", "a refused attempt", "a killed function"])
def test_only_one_of_two_readers_of_the_same_item_can_begin(
    world: World, card: Card, clock: ManualClock, before: str
) -> None:
    keys = world.keys(clock)
    if before != "nothing":
        _, attempt = begin_attempt(world, card, clock)
        clock.now += LEASE_SECONDS + 1
        if before != "a killed function":
            keys.end(attempt, "doubt" if before == "a lost attempt" else "free")
    both = [read_stored(keys, card) for _ in range(2)]
    first, second = [keys.begin(card.document_id, held, "", "", "") for held in both]
    assert first is not None
    assert second is None
    assert world.item(card)["attemptId"] == first.attempt_id


def test_a_live_attempt_cannot_be_taken_over(world: World, card: Card, clock: ManualClock) -> None:
    keys, attempt = begin_attempt(world, card, clock)
    assert keys.begin(card.document_id, read_stored(keys, card), "", "", "") is None
    assert world.item(card)["attemptId"] == attempt.attempt_id


@pytest.mark.parametrize("step", ["free", "doubt"])
@pytest.mark.parametrize("attempts", [1, 2])
def test_an_item_read_before_another_attempt_is_stale(
    world: World, card: Card, clock: ManualClock, attempts: int, step: Step
) -> None:
    keys = world.keys(clock)
    for _ in range(attempts):
        early = read_stored(keys, card)
        _, attempt = begin_attempt(world, card, clock)
        keys.end(attempt, step)
    assert keys.begin(card.document_id, early, "", "", "") is None


def test_an_item_read_before_another_offer_is_stale(world: World, card: Card, clock: ManualClock) -> None:
    keys = world.keys(clock)
    early = read_stored(keys, card)
    keys.offer(card.document_id, "another-key", "resident", card.expires_at)
    assert keys.begin(card.document_id, early, "", "", "") is None


def test_the_repr_of_a_stored_key_and_of_an_attempt_hides_the_key(world: World, card: Card, clock: ManualClock) -> None:
    keys = world.keys(clock)
    held = read_stored(keys, card)
    attempt = keys.begin(card.document_id, held, "", "", "")
    assert card.request_key.split()[-1] not in f"{held!r} {held} {attempt!r} {attempt}"
