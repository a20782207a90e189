"""redrive: which dead letters are sent back, which stay, and that none is lost."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable

import msgspec
import pytest

from emulator.faults.kinds import ResetAfterBody, ResultCode
from ops.common.images import PreparedEvent, current_version, possible_events
from ops.redrive.summary import UploadsReport
from tests.ops.live_pipeline import LivePipeline, specimen


@pytest.fixture
def dead_letter(pipeline: LivePipeline, folder: str) -> Callable[..., PreparedEvent]:
    """Upload an image without a notification, and put its event into the dead-letter queue."""

    def put(seed: int, reason: str | None = None) -> PreparedEvent:
        key = f"credit-card/{folder}/{seed}.png"
        with pipeline.without_notifications():
            pipeline.upload(key, specimen("credit-card", 1))
        event = possible_events(current_version(pipeline.client("s3"), pipeline.outputs.image_bucket_name, key))[0]
        send(pipeline, event.body, reason)
        return event

    return put


def send(pipeline: LivePipeline, body: str, reason: str | None) -> None:
    attributes = {"reason": {"DataType": "String", "StringValue": reason}} if reason else {}
    pipeline.client("sqs").send_message(
        QueueUrl=pipeline.outputs.uploads_dead_letter_queue_url, MessageBody=body, MessageAttributes=attributes
    )


def park(pipeline: LivePipeline, document_id: str) -> None:
    pipeline.write_item(document_id, state="parked", attempts=2, reason="unknown-outcome", attemptId="the second")


def test_dead_letters_are_sent_back_and_processed(
    pipeline: LivePipeline, dead_letter: Callable[..., PreparedEvent]
) -> None:
    before = pipeline.count_dead_letters()
    events = [dead_letter(seed) for seed in (101, 102)]
    ended = pipeline.run("redrive", "--yes")
    assert ended.exit_code == 0, ended.output
    assert "2 dead letters to send back" in ended.output
    assert "Sent back: 2 dead letters." in ended.output
    for event in events:
        pipeline.wait_for(functools.partial(pipeline.is_done, event.document_id))
    assert pipeline.count_dead_letters() == before


def test_parked_and_malformed_dead_letters_stay_and_are_visible_at_once(
    pipeline: LivePipeline, dead_letter: Callable[..., PreparedEvent]
) -> None:
    waiting, parked = dead_letter(103), dead_letter(104, "unknown-outcome")
    park(pipeline, parked.document_id)
    send(pipeline, "no event", "malformed-event")
    before = pipeline.paid_calls()
    ended = pipeline.run("redrive", "--yes")
    assert ended.exit_code == 0, ended.output
    assert "1 dead letter of parked documents" in ended.output
    assert "1 dead letter with a part that is not an S3 event" in ended.output
    pipeline.wait_for(lambda: pipeline.is_done(waiting.document_id))
    assert pipeline.item(parked.document_id)["state"] == "parked"
    assert {each["Body"] for each in pipeline.visible_dead_letters()} == {parked.body, "no event"}
    assert pipeline.paid_calls() == before + 1


def test_pay_again_asks_first_and_frees_only_parked_documents_to_run_alone(
    pipeline: LivePipeline, dead_letter: Callable[..., PreparedEvent]
) -> None:
    parked = dead_letter(105, "unknown-outcome")
    park(pipeline, parked.document_id)
    send(pipeline, "no event", "malformed-event")
    refused = pipeline.run("redrive", "--pay-again", answer="n\n")
    assert "paid for a third time" in refused.output
    assert pipeline.item(parked.document_id)["state"] == "parked"
    before = pipeline.paid_calls()
    ended = pipeline.run("redrive", "--pay-again", answer="y\n")
    assert ended.exit_code == 0, ended.output
    pipeline.wait_for(lambda: pipeline.is_done(parked.document_id))
    assert "runs alone" in pipeline.run("status", parked.document_id).output
    assert pipeline.paid_calls() == before + 1
    assert [each["Body"] for each in pipeline.visible_dead_letters()] == ["no event"]


def test_a_parked_document_that_was_freed_already_is_sent_back_without_asking(
    pipeline: LivePipeline, dead_letter: Callable[..., PreparedEvent]
) -> None:
    freed = dead_letter(106, "unknown-outcome")
    pipeline.write_item(freed.document_id, state="free", attempts=2, reason="redrive")
    assert "1 dead letter to send back" in pipeline.run("redrive", "--yes").output
    pipeline.wait_for(lambda: pipeline.is_done(freed.document_id))


def test_a_freed_document_is_parked_again_after_one_unknown_attempt(
    pipeline: LivePipeline, dead_letter: Callable[..., PreparedEvent]
) -> None:
    parked = dead_letter(107, "unknown-outcome")
    park(pipeline, parked.document_id)
    pipeline.ocr.fault(ResetAfterBody(operation="credit-card"))
    before = pipeline.ocr.counters().calls.get("credit-card", 0)
    pipeline.run("redrive", "--pay-again", "--yes")
    pipeline.wait_for(
        lambda: pipeline.item(parked.document_id)["state"] == "parked" and pipeline.visible_dead_letters()
    )
    assert pipeline.ocr.counters().calls["credit-card"] == before + 1
    [back] = pipeline.visible_dead_letters()
    assert json.loads(back["Body"]) == json.loads(parked.body)
    assert back["MessageAttributes"]["reason"]["StringValue"] == "unknown-outcome"


def test_a_dry_run_says_what_would_happen_and_sends_nothing(
    pipeline: LivePipeline, dead_letter: Callable[..., PreparedEvent]
) -> None:
    waiting, done, parked = dead_letter(108), dead_letter(109), dead_letter(110, "unknown-outcome")
    now = int(time.time())
    pipeline.write_item(waiting.document_id, state="sending", attempts=1, leaseUntil=now + 3600, updatedAt=now)
    pipeline.write_item(done.document_id, state="done", attempts=1, outcome="analyzed")
    park(pipeline, parked.document_id)
    ended = pipeline.run("redrive", "--dry-run", "--json")
    assert ended.exit_code == 0, ended.output
    report = msgspec.json.decode(ended.stdout, type=UploadsReport)
    assert (report.redrivable, report.parked, report.malformed, report.sent) == (2, 1, 0, 0)
    assert [each.waits for each in report.outlook] == [False, True]
    assert "Nothing was sent" in ended.stderr
    assert len(pipeline.visible_dead_letters()) == 3


def test_without_a_terminal_a_redrive_needs_yes(
    pipeline: LivePipeline, dead_letter: Callable[..., PreparedEvent]
) -> None:
    dead_letter(111)
    ended = pipeline.run("redrive")
    assert ended.exit_code == 2
    assert "Send back 1 dead letter?" in ended.output
    assert "pass --yes" in ended.output
    refused = pipeline.run("redrive", answer="n\n")
    assert refused.exit_code == 1
    assert len(pipeline.visible_dead_letters()) == 1


def test_what_was_sent_is_followed_to_its_end(
    pipeline: LivePipeline, dead_letter: Callable[..., PreparedEvent]
) -> None:
    dead_letter(112)
    pipeline.ocr.fault(ResultCode(operation="credit-card", result_code=4000111))
    ended = pipeline.run("redrive", "--yes", "--follow", "--json")
    assert ended.exit_code == 0, ended.output
    assert msgspec.json.decode(ended.stdout, type=UploadsReport).ended == {"rejected": 1}
    assert "All have ended: 1 rejected." in ended.stderr


def test_an_empty_queue_is_reported(pipeline: LivePipeline) -> None:
    ended = pipeline.run("redrive")
    assert ended.exit_code == 0
    assert "no visible message" in ended.output
