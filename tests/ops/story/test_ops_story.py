"""The sentences about a document are true in every state that the ledger can have."""

from __future__ import annotations

import random
import re

import pytest
from sealed_ocr.aws.table import Item
from sealed_ocr.common.attempt_end import AttemptEnd, DeferralReason
from sealed_ocr.common.document_state import DocumentState

from infra.limits import UPLOADS_VISIBILITY_SECONDS
from ops.story.attempts import KILLED, UNDER_WAY, WHY
from ops.story.next_attempt import VISIBILITY_SECONDS
from ops.story.story import DocumentStory, tell
from tests.support.ledger_past import DOCUMENT, OneItem, Past

pytestmark = pytest.mark.unit

NOW = 1_764_150_000
STATES = (None, *DocumentState, "of-the-future")


class Truth(Past):
    """What has really happened: which calls were made, whatever the ledger says."""

    def __init__(self, client: OneItem) -> None:
        super().__init__(client)
        self.billed = 0

    def doubt(self) -> None:
        self.billed += self.may_end
        super().doubt()

    def finish(self, *, may_be_billed: bool = True) -> None:
        called = self.may_end and self.now % 200 == 0
        self.billed += called
        super().finish(may_be_billed=may_be_billed and called)

    def claim(self) -> None:
        # A function that was killed may have made its call.
        self.billed += self.claimed is not None and not self.may_end
        super().claim()


@pytest.mark.parametrize("versioned", [True, False], ids=["with history", "of an earlier version"])
@pytest.mark.parametrize("seed", range(30))
def test_no_sentence_contradicts_what_happened(seed: int, versioned: bool) -> None:
    client = OneItem()
    truth, drawn = Truth(client), random.Random(seed)
    steps = [truth.claim, truth.claim, truth.release, truth.doubt, truth.finish, truth.time, truth.park, truth.free]
    met = set()
    for _ in range(60):
        drawn.choice(steps)()
        item = client.plain()
        if item and not versioned:
            item.pop("history", None)
        story = tell(DOCUMENT, item, truth.now)
        met.add(story.state)
        assert_consistent(story, item, truth.now)
        if versioned:
            assert story.may_be_billed >= min(truth.billed, 1)
        if "none was billed" in story.calls:
            assert truth.billed == 0
        elif "not known" not in story.calls:
            named = sum(map(int, re.findall(r"(\d+) ", story.calls)))
            assert named == story.may_be_billed
    assert len(met) > 2


def assert_consistent(story: DocumentStory, item: Item | None, now: float) -> None:
    """Check what holds between the parts of a story."""
    said = f"{story.sentence} {story.calls} {story.next_attempt.sentence}"
    assert "None" not in said
    assert all(sentence.endswith(".") for sentence in (story.sentence, story.calls, story.next_attempt.sentence))
    if story.may_be_billed:
        assert "none was billed" not in said
        assert "nothing was billed" not in said
    ends = [attempt.end for attempt in story.attempts]
    assert KILLED not in ends[-1:] or story.state in {DocumentState.SENDING, DocumentState.PARKED, DocumentState.FREE}
    assert UNDER_WAY not in ends[:-1]
    if story.state in {DocumentState.DONE, DocumentState.PARKED, None}:
        assert story.next_attempt.not_before is None
    if item and item.get("state") == DocumentState.SENDING:
        assert (story.next_attempt.not_before is None) is (item["leaseUntil"] >= now)


@pytest.mark.parametrize("attempts", [None, 0, 1, 2, 3])
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("lease", [None, NOW - 1, NOW + 60])
def test_every_item_of_every_version_has_a_story(state: str | None, attempts: int | None, lease: int | None) -> None:
    given = {"state": state, "attempts": attempts, "leaseUntil": lease, "updatedAt": NOW, "expiresAt": NOW + 1}
    item: Item = {name: value for name, value in given.items() if value is not None}
    story = tell(DOCUMENT, item if state else None, NOW)
    if state == DocumentState.SENDING and not attempts:
        return
    if state == DocumentState.SENDING and lease is None:
        item["leaseUntil"] = 0
    assert_consistent(story, item if state else None, NOW)
    if state and attempts and state != DocumentState.PARKED:
        assert story.may_be_billed == attempts


@pytest.mark.parametrize("bad", ["no json", "[]", '["a","b","c"]', '["a","b",1,2,"of-the-future"]'])
def test_a_history_of_a_later_version_is_left_out(bad: str) -> None:
    story = tell(DOCUMENT, {"state": "unknown", "attempts": 1, "history": [bad], "updatedAt": NOW}, NOW)
    assert story.attempts == []
    assert "may have been billed" in story.sentence


def test_of_an_erased_document_only_the_erasure_is_told() -> None:
    client = OneItem()
    past = Past(client)
    past.claim()
    past.doubt()
    past.operator.erase(DOCUMENT)
    story = tell(DOCUMENT, client.plain(), past.now)
    assert story.state == "erased"
    assert story.sentence.startswith("Erased on demand.")
    assert story.calls.startswith("Calls: not known.")
    assert (story.attempts, story.may_be_billed, story.next_attempt.not_before) == ([], 0, None)


def test_a_document_that_was_called_twice_tells_both_calls_and_the_wait() -> None:
    client = OneItem()
    past = Past(client)
    past.claim()
    past.time()
    past.doubt()
    story = tell(DOCUMENT, client.plain(), past.now + 10)
    assert story.next_attempt.sentence.startswith("Next attempt: due since") is False
    past.claim()
    past.finish(may_be_billed=True)
    story = tell(DOCUMENT, client.plain(), past.now)
    assert story.calls == "Calls: 1 answered, 1 that may have been billed."
    first, second = story.attempts
    assert first.sentence == (
        "after 100 s: failed, and the call may have been billed (OutcomeUnknown); deferred until "
        f"2025-11-26T09:42:16.000Z: {WHY[DeferralReason.BACK_OFF]}"
    )
    assert second.end == AttemptEnd.REJECTED


def test_the_visibility_timeout_is_that_of_the_stack() -> None:
    assert VISIBILITY_SECONDS == UPLOADS_VISIBILITY_SECONDS
