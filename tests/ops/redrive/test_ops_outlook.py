"""What is said of dead letters before they are sent back."""

from __future__ import annotations

import json

import pytest
from sealed_ocr.aws.circuit_breaker import PROBE_SECONDS, circuit_item
from sealed_ocr.aws.ledger import RETENTION_SECONDS
from sealed_ocr.aws.table import Item
from sealed_ocr.common.timestamps import timestamp

from ops.common.ceilings import MAX_CALLS_PER_DAY, MAX_CALLS_PER_HOUR, Ceiling
from ops.redrive.dead_letters import DeadLetter
from ops.redrive.outlook import outlook

pytestmark = pytest.mark.unit

NOW = 1_764_150_000
OPEN: Item = {"unanswered": 3, "askedAt": NOW - 60}


def letter(uploaded_at: float = NOW - 60, reason: str | None = None, key: str = "credit-card/card.png") -> DeadLetter:
    record = {
        "eventName": "ObjectCreated:Put",
        "eventTime": timestamp(uploaded_at),
        "s3": {
            "bucket": {"name": "images", "arn": "arn:aws:s3:::images"},
            "object": {"key": key, "size": 1, "eTag": "tag", "versionId": "version"},
        },
    }
    attributes = {"reason": {"DataType": "String", "StringValue": reason}} if reason else {}
    return DeadLetter("id", "handle", json.dumps({"Records": [record]}), attributes, NOW)


@pytest.mark.parametrize(
    ("item", "circuits", "waits", "said"),
    [
        (None, {}, False, "called for as soon as a function receives it"),
        ({"state": "done", "attempts": 1}, {}, False, "without a call"),
        ({"state": "parked", "attempts": 2}, {}, False, "without a call"),
        ({"state": "erased"}, {"results": OPEN}, False, "erased, acknowledged without a call"),
        ({"state": "free", "attempts": 0}, {}, False, "called for as soon as"),
        ({"state": "unknown", "attempts": 1}, {}, False, "called for as soon as"),
        ({"state": "free", "attempts": 0}, {"credit-card": OPEN}, False, "called for as soon as"),
        ({"state": "unknown", "attempts": 1}, {"credit-card": OPEN}, True, "until the service answers"),
        ({"state": "free", "attempts": 0, "freed": True}, {"credit-card": OPEN}, True, "until the service answers"),
        ({"state": "unknown", "attempts": 1}, {"id-card": OPEN}, False, "called for as soon as"),
        ({"state": "unknown", "attempts": 1}, {"credit-card": OPEN | {"unanswered": 2}}, False, "called for"),
        (
            {"state": "unknown", "attempts": 1},
            {"credit-card": OPEN | {"askedAt": NOW - PROBE_SECONDS}},
            False,
            "called for",
        ),
        (None, {"results": OPEN}, True, "until the results queue takes messages again"),
        ({"state": "sending", "attempts": 1, "leaseUntil": NOW + 90}, {}, True, timestamp(NOW + 90)),
        ({"state": "sending", "attempts": 1, "leaseUntil": NOW - 1}, {}, False, "called for"),
    ],
)
def test_what_waits_is_said_with_its_reason(
    item: Item | None, circuits: dict[str, Item], waits: bool, said: str
) -> None:
    dead_letter = letter()
    (document_id,) = (upload.document.document_id for upload in dead_letter.uploads)
    items = {circuit_item(name): circuit for name, circuit in circuits.items()} | ({document_id: item} if item else {})
    (expected,) = outlook([dead_letter], items, NOW)
    assert (expected.documents, expected.waits) == (1, waits)
    assert said in expected.sentence
    assert (expected.until is not None) == waits


@pytest.mark.parametrize(
    "dead_letter", [letter(NOW - RETENTION_SECONDS - 60), letter(reason="unknown-outcome")], ids=["old", "parked"]
)
def test_a_document_whose_attempts_are_forgotten_is_parked_again(dead_letter: DeadLetter) -> None:
    (expected,) = outlook([dead_letter], {}, NOW)
    assert "parked again" in expected.sentence


def test_documents_with_the_same_outlook_are_counted_together() -> None:
    (expected,) = outlook([letter(), letter()], {}, NOW)
    assert expected.documents == 2
    assert expected.sentence.startswith("2 documents: ")


def test_a_document_of_no_kind_needs_no_call() -> None:
    ceiling = Ceiling(MAX_CALLS_PER_HOUR, 1, 1, NOW + 60)
    (expected,) = outlook([letter(key="elsewhere/card.png")], {}, NOW, [ceiling])
    assert (expected.waits, "rejected without a call" in expected.sentence) == (False, True)


@pytest.mark.parametrize(
    ("hour_left", "day_left", "said"),
    [
        (9, 9, {"called": 5}),
        (3, 9, {"called": 3, MAX_CALLS_PER_HOUR: 2}),
        (9, 2, {"called": 2, MAX_CALLS_PER_DAY: 3}),
        # Those that wait for the next day take no call of this hour.
        (1, 3, {"called": 1, MAX_CALLS_PER_HOUR: 2, MAX_CALLS_PER_DAY: 2}),
        (0, 5, {MAX_CALLS_PER_HOUR: 5}),
        (0, 0, {MAX_CALLS_PER_DAY: 5}),
    ],
)
def test_a_ceiling_holds_documents_back_until_its_period_ends(
    hour_left: int, day_left: int, said: dict[str, int]
) -> None:
    hour_end, day_end = NOW + 600, NOW + 6000
    ceilings = [
        Ceiling(MAX_CALLS_PER_HOUR, 9, 9 - hour_left, hour_end),
        Ceiling(MAX_CALLS_PER_DAY, 9, 9 - day_left, day_end),
    ]
    dead_letters = [letter(key=f"credit-card/{number}.png") for number in range(6)]
    done = dead_letters[0].uploads[0].document.document_id
    expected = outlook(dead_letters, {done: {"state": "done"}}, NOW, ceilings)
    found = {}
    for each in expected:
        if "acknowledged" in each.sentence:
            assert each.documents == 1
            continue
        setting = next((name for name in (MAX_CALLS_PER_HOUR, MAX_CALLS_PER_DAY) if name in each.sentence), "called")
        ends = {MAX_CALLS_PER_HOUR: hour_end, MAX_CALLS_PER_DAY: day_end}.get(setting)
        assert each.waits == (ends is not None)
        assert each.until == (timestamp(ends) if ends else None)
        assert not ends or f"until {each.until} at the earliest" in each.sentence
        found[setting] = each.documents
    assert found == said


def test_more_calls_than_the_ceiling_are_none_left() -> None:
    """The ceiling was lowered within its period."""
    (expected,) = outlook([letter()], {}, NOW, [Ceiling(MAX_CALLS_PER_HOUR, 2, 5, NOW + 1)])
    assert "of whose 2 calls 0 are left" in expected.sentence
