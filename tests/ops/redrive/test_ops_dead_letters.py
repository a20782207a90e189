"""dead-letters: lists those of both queues, and changes nothing."""

from __future__ import annotations

import json

import msgspec

from ops.common.images import current_version, possible_events
from ops.redrive.listing import DeadLettersReport
from tests.ops.live_pipeline import LivePipeline, specimen

FOURTEEN_DAYS = 14 * 86_400


def send(pipeline: LivePipeline, url: str, body: str, reason: str | None = None) -> None:
    attributes = {"reason": {"DataType": "String", "StringValue": reason}} if reason else {}
    pipeline.client("sqs").send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attributes)


def test_dead_letters_are_listed_with_reason_time_left_and_state(pipeline: LivePipeline, folder: str) -> None:
    key = f"credit-card/{folder}/\x1b[31mname.png"
    with pipeline.without_notifications():
        pipeline.upload(key, specimen("credit-card", 1))
    event = possible_events(current_version(pipeline.client("s3"), pipeline.outputs.image_bucket_name, key))[0]
    uploads, results = pipeline.outputs.uploads_dead_letter_queue_url, pipeline.outputs.results_dead_letter_queue_url
    pipeline.write_item(event.document_id, state="parked", attempts=2)
    result = {"data": {"document": {"documentId": folder}, "result": {"name": "홍길동"}}}
    for url, body, reason in (
        (uploads, event.body, "unknown-outcome"),
        (uploads, "no event", "malformed-event"),
        (uploads, event.body, "\x1b]0;reason"),
        (results, json.dumps(result), None),
    ):
        send(pipeline, url, body, reason)
    ended = pipeline.run("dead-letters", "--json")
    assert ended.exit_code == 0, ended.output
    report = msgspec.json.decode(ended.stdout, type=DeadLettersReport)
    assert {each.reason for each in report.uploads.dead_letters} == {
        "unknown-outcome",
        "malformed-event",
        "\x1b]0;reason",
    }
    by_reason = {each.reason: each for each in report.uploads.dead_letters}
    assert by_reason["unknown-outcome"].documents == {event.document_id: "parked"}
    assert by_reason["malformed-event"].documents == {}
    assert FOURTEEN_DAYS - 600 < by_reason["unknown-outcome"].seconds_left <= FOURTEEN_DAYS
    assert {folder: None} in [each.documents for each in report.results.dead_letters]
    printed = pipeline.run("dead-letters").output
    assert "uploads: 3 dead letters" in printed
    assert f"{event.document_id} (parked)" in printed
    assert "13 days left" in printed
    for text in (ended.output, printed):
        assert "name.png" not in text
        assert "홍길동" not in text
        assert "\x1b" not in text
    assert len(pipeline.visible_dead_letters()) == 3
    for message in pipeline.peek(results):
        pipeline.client("sqs").delete_message(QueueUrl=results, ReceiptHandle=message["ReceiptHandle"])


def test_empty_queues_are_reported(pipeline: LivePipeline) -> None:
    assert "uploads: 0 dead letters" in pipeline.run("dead-letters").output
