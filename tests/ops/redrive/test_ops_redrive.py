"""redrive: what goes back, what stays, and that nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from emulator.faults.kinds import ResetAfterBody
from ops.common.images import Announcement, announcements, current
from tests.ops.live_pipeline import Here, specimen


@pytest.fixture
def letter(here: Here, folder: str) -> Callable[..., Announcement]:
    """Put a letter about an image that nobody has heard of into the dead-letter queue."""

    def put(seed: int, reason: str | None = None) -> Announcement:
        key = f"credit-card/{folder}/{seed}.png"
        with here.unheard():
            here.put(key, specimen("credit-card", 1))
        event = announcements(current(here.client("s3"), here.outputs.image_bucket_name, key))[0]
        send(here, event.body, reason)
        return event

    return put


def send(here: Here, body: str, reason: str | None) -> None:
    attributes = {"reason": {"DataType": "String", "StringValue": reason}} if reason else {}
    here.client("sqs").send_message(
        QueueUrl=here.outputs.uploads_dead_letter_queue_url, MessageBody=body, MessageAttributes=attributes
    )


def park(here: Here, document_id: str) -> None:
    here.write(document_id, state="parked", attempts=2, reason="unknown-outcome", attemptId="the second")


def test_letters_go_back_and_come_through(here: Here, letter: Callable[..., Announcement]) -> None:
    before = here.all_letters()
    events = [letter(seed) for seed in (101, 102)]
    ended = here.ops("redrive")
    assert ended.exit_code == 0, ended.output
    assert "2 letters to send back" in ended.output
    assert "Sent back: 2 letters." in ended.output
    for event in events:
        here.wait_for(lambda event=event: here.done(event.document_id))
    assert here.all_letters() == before


def test_parked_and_malformed_letters_stay_and_can_be_seen_at_once(
    here: Here, letter: Callable[..., Announcement]
) -> None:
    waiting, parked = letter(103), letter(104, "unknown-outcome")
    park(here, parked.document_id)
    send(here, "no event", "malformed-event")
    before = here.paid()
    ended = here.ops("redrive")
    assert ended.exit_code == 0, ended.output
    assert "1 letter of parked documents" in ended.output
    assert "1 letter with something in it that is no S3 event" in ended.output
    here.wait_for(lambda: here.done(waiting.document_id))
    assert here.item(parked.document_id)["state"] == "parked"
    assert {each["Body"] for each in here.letters()} == {parked.body, "no event"}
    assert here.paid() == before + 1


def test_paying_again_is_asked_for_and_frees_the_parked_alone(here: Here, letter: Callable[..., Announcement]) -> None:
    parked = letter(105, "unknown-outcome")
    park(here, parked.document_id)
    send(here, "no event", "malformed-event")
    refused = here.ops("redrive", "--pay-again", answer="n\n")
    assert "paid for a third time" in refused.output
    assert here.item(parked.document_id)["state"] == "parked"
    before = here.paid()
    ended = here.ops("redrive", "--pay-again", answer="y\n")
    assert ended.exit_code == 0, ended.output
    here.wait_for(lambda: here.done(parked.document_id))
    assert "runs alone" in here.ops("status", parked.document_id).output
    assert here.paid() == before + 1
    assert [each["Body"] for each in here.letters()] == ["no event"]


def test_a_parked_document_that_was_freed_before_goes_back_without_asking(
    here: Here, letter: Callable[..., Announcement]
) -> None:
    freed = letter(106, "unknown-outcome")
    here.write(freed.document_id, state="free", attempts=2, reason="redrive")
    assert "1 letter to send back" in here.ops("redrive").output
    here.wait_for(lambda: here.done(freed.document_id))


def test_an_attempt_too_many_parks_a_freed_document_at_once(here: Here, letter: Callable[..., Announcement]) -> None:
    parked = letter(107, "unknown-outcome")
    park(here, parked.document_id)
    here.ocr.fault(ResetAfterBody(operation="credit-card"))
    before = here.ocr.counters().calls.get("credit-card", 0)
    here.ops("redrive", "--pay-again", "--yes")
    here.wait_for(lambda: here.item(parked.document_id)["state"] == "parked" and here.letters())
    assert here.ocr.counters().calls["credit-card"] == before + 1
    [back] = here.letters()
    assert json.loads(back["Body"]) == json.loads(parked.body)
    assert back["MessageAttributes"]["reason"]["StringValue"] == "unknown-outcome"


def test_an_empty_queue_is_said(here: Here) -> None:
    ended = here.ops("redrive")
    assert ended.exit_code == 0
    assert "no letter that can be seen" in ended.output
