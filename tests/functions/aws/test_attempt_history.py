"""The ledger keeps the last attempts at a document, in the writes that it makes anyway."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sealed_ocr.aws.attempt_history import MAX_ATTEMPTS, Attempt, Deferral, decode
from sealed_ocr.common.attempt_end import AttemptEnd, DeferralReason

from soak.exploration.tables import freeze
from tests.support.ledger_past import OneItem, Past

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("lose_responses", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_the_history_tells_what_happened(seed: int, lose_responses: bool) -> None:
    client = OneItem(lose_responses=lose_responses)
    past, drawn = Past(client), random.Random(seed)
    steps = [past.claim, past.claim, past.release, past.doubt, past.finish, past.time, past.time, past.park, past.free]
    for _ in range(100):
        before = client.writes
        drawn.choice(steps)()
        assert client.writes <= before + 1
        # An operator may free a document twice in a second.
        assert client.history() == list(dict.fromkeys(past.expected))[-MAX_ATTEMPTS:]
    assert len(past.expected) >= MAX_ATTEMPTS


def test_a_recorded_end_shortens_the_history() -> None:
    client = OneItem()
    past = Past(client)
    for _ in range(3 * MAX_ATTEMPTS):
        past.claim()
        assert len(client.entries()) <= MAX_ATTEMPTS + 1
        past.release()
        assert len(client.entries()) <= MAX_ATTEMPTS
    assert len(client.entries()) == MAX_ATTEMPTS


def test_ten_attempts_of_an_outage_take_one_write_unit() -> None:
    client = OneItem()
    past = Past(client)
    for _ in range(MAX_ATTEMPTS):
        past.claim()
        past.end(
            lambda claimed: past.ledger.release(claimed, "LimitExceeded.4000006", Deferral(1080, DeferralReason.LIMIT)),
            end=AttemptEnd.UNBILLED,
            may_be_billed=False,
        )
    assert len(client.entries()) == MAX_ATTEMPTS
    assert size(dict(client.item or ())) <= 1024


def size(item: dict[str, Any]) -> int:
    """Return the bytes of an item, by AWS's "DynamoDB item sizes and formats"."""
    return sum(len(name) + value_size(value) for name, value in item.items())


def value_size(value: Any) -> int:
    if isinstance(value, tuple):
        return 3 + sum(1 + len(entry.encode()) for entry in value)
    if isinstance(value, bool):
        return 1
    return len(str(value)) // 2 + 2 if isinstance(value, int) else len(value)


def test_an_item_of_an_earlier_version_has_no_history_yet() -> None:
    client = OneItem()
    past = Past(client)
    past.claim()
    past.release()
    client.item = freeze({name: value for name, value in client.item or () if name != "history"})
    past.expected.clear()
    past.claim()
    past.doubt()
    assert client.history() == past.expected


def test_an_attempt_that_an_earlier_version_began_is_ended() -> None:
    client = OneItem()
    past = Past(client)
    past.claim()
    client.item = freeze({name: value for name, value in client.item or () if name != "history"})
    past.release()
    assert client.history() == past.expected


@pytest.mark.parametrize(
    ("fault", "kept"),
    [
        ("LimitExceeded.4000006", "4000006"),
        ("ocr-rejected.4000111", "4000111"),
        ("StaleCredentials.401", "StaleCredentials.401"),
        ("GetObject.AccessDenied", "GetObject.AccessDenied"),
        ("image-empty", "image-empty"),
    ],
)
def test_a_result_code_replaces_the_name_of_the_error(fault: str, kept: str) -> None:
    attempt = Attempt.begin("7f3a9c1e", "", 1).ended(AttemptEnd.UNBILLED, 2, may_be_billed=False, fault=fault)
    assert attempt.fault == kept


def test_members_that_a_later_version_added_are_skipped() -> None:
    later = Attempt("7f3a9c1e", "6f1c2d3e", 1).encode().removesuffix("]") + ',"new"]'
    assert decode([later]) == [Attempt("7f3a9c1e", "6f1c2d3e", 1)]
