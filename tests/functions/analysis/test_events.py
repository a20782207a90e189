"""Malformed events become dead letters, and invalid uploads are rejected without a call."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from emulator.control.counters import digest
from emulator.faults.kinds import ResultCode
from emulator.testing import Emulator
from tests.support.analyze_parts import Parts
from tests.support.documents import NAME, draw
from tests.support.proxy import Proxy
from tests.support.stage import MIB, Stage

Counted = Callable[[], dict[str, float]]
_S3 = {"bucket": {"name": "bucket"}, "object": {"key": "credit-card/a.png", "eTag": "e"}}
MALFORMED = {
    "no JSON": "good morning",
    "half a JSON": '{"Records": [',
    "JSON nested without end": "[" * 20_000,
    "a text": '"good morning"',
    "a list": "[]",
    "no Records": "{}",
    "no record": '{"Records": []}',
    "Records of another type": '{"Records": {"s3": 1}}',
    "a record of another service": '{"Records": [{"eventName": "INSERT", "dynamodb": {}}]}',
    "a deletion": json.dumps({"Records": [{"eventName": "ObjectRemoved:Delete", "s3": _S3}]}),
    "an object without a version": json.dumps(
        {"Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "b"}, "object": {"key": "k"}}}]}
    ),
    "a key of another type": json.dumps(
        {
            "Records": [
                {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "b"}, "object": {"key": 1, "eTag": "e"}}}
            ]
        }
    ),
}


@pytest.mark.parametrize("body", MALFORMED)
def test_a_malformed_event_becomes_a_dead_letter_unchanged(
    parts: Parts, stage: Stage, counted: Counted, body: str
) -> None:
    stage.announce_text(MALFORMED[body])
    assert parts.deliver() == []
    assert stage.collect_dead_letters() == [{"body": MALFORMED[body], "reason": "malformed-event"}]
    assert stage.items(stage.documents) == []
    counts = counted()
    assert (counts["MalformedEvent"], counts["Parked"]) == (1, 1)


def test_a_malformed_message_does_not_affect_the_batch(parts: Parts, stage: Stage) -> None:
    stage.announce(stage.upload(draw()))
    stage.announce_text("good morning")
    stage.announce(stage.upload(draw(), f"id-card/other/{NAME}.png"))
    assert parts.deliver() == []
    assert (len(stage.collect()), len(stage.collect_dead_letters())) == (2, 1)


def test_uploads_beside_a_malformed_record_are_read_before_the_message_is_parked(
    parts: Parts, stage: Stage, emulator: Emulator, counted: Counted
) -> None:
    drawn = [draw(), draw()]
    uploads = [stage.upload(image, f"id-card/{number}.png") for number, image in enumerate(drawn)]
    stage.announced += uploads
    # One upload is retried first: the message becomes a dead letter only when both are done.
    emulator.fault(ResultCode(result_code=5000001, image=digest(drawn[1].content)))
    body = json.dumps({"Records": [uploads[0].record, {"eventName": "INSERT"}, uploads[1].record]})
    stage.announce_text(body)
    assert parts.deliver() == [body]
    assert (len(stage.collect()), stage.collect_dead_letters()) == (1, [])
    stage.show_hidden()
    assert parts.deliver() == []
    assert len(stage.collect()) == 2
    assert stage.collect_dead_letters() == [{"body": body, "reason": "malformed-event"}]
    # A redrive costs no call, and the message becomes a dead letter again.
    stage.announce_text(body, "malformed-event")
    assert parts.deliver() == []
    assert (len(stage.collect()), len(stage.collect_dead_letters())) == (2, 2)
    assert emulator.counters().paid.max_per_image == 1
    counts = counted()
    assert (counts["MalformedEvent"], counts["Parked"], counts["Analyzed:id-card"]) == (2, 2, 2)


def test_a_malformed_message_that_cannot_be_parked_is_redelivered(
    parts: Parts, stage: Stage, proxy: Proxy, counted: Counted
) -> None:
    stage.announce_text("good morning")
    proxy.fault("SendMessage", "refuse", where=lambda call: call.resource == f"{stage.name}-dead")
    assert parts.deliver() == ["good morning"]
    # No waiting: several of these messages would use up the invocation's time.
    assert parts.slept == []
    assert counted()["ParkFailed"] == 1
    proxy.reset()
    stage.show_hidden()
    assert parts.deliver() == []
    assert len(stage.collect_dead_letters()) == 1


def test_a_test_event_and_a_folder_marker_are_skipped(parts: Parts, stage: Stage) -> None:
    stage.announce_text(json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": stage.bucket}))
    marker = stage.upload(b"", "credit-card/2026/")
    stage.announce_text(json.dumps({"Records": [marker.record]}))
    assert parts.deliver() == []
    assert (stage.collect(), stage.collect_dead_letters(), stage.items(stage.documents)) == ([], [], [])


def test_an_empty_file_or_a_folder_with_content_is_no_folder_marker(parts: Parts, stage: Stage) -> None:
    stage.announce(stage.upload(b"", f"credit-card/{NAME}"), stage.upload(b"text", f"credit-card/{NAME}/"))
    assert parts.deliver() == []
    codes = {event["subject"]: event["data"]["rejection"]["code"] for event in stage.collect()}
    assert codes == {f"credit-card/{NAME}": "image-empty", f"credit-card/{NAME}/": "image-type-unsupported"}


REFUSED: list[tuple[str, Any, str]] = [
    ("credit-card/a.png", b"", "image-empty"),
    ("credit-card/a.png", b"not a picture at all", "image-type-unsupported"),
    ("credit-card/a.gif", b"GIF89a" + b"\0" * 100, "image-type-unsupported"),
    ("credit-card/a.png", b"\x89PNG", "image-type-unsupported"),
    ("credit-card/a.png", 21 * MIB, "image-too-large"),
    ("credit-card/a.png", 20 * MIB, "image-too-large"),
    ("passports/a.png", 0, "unknown-document-kind"),
    ("a.png", 0, "unknown-document-kind"),
    ("credit-cards/a.png", 0, "unknown-document-kind"),
    ("Credit-Card/a.png", 0, "unknown-document-kind"),
    ("id-card", 0, "unknown-document-kind"),
]


@pytest.mark.parametrize(("key", "content", "code"), REFUSED)
def test_an_invalid_upload_is_rejected_without_a_call(
    parts: Parts, stage: Stage, emulator: Emulator, counted: Counted, key: str, content: bytes | int, code: str
) -> None:
    image = content if isinstance(content, bytes) else draw("credit-card", size=content)
    stage.announce(stage.upload(image, key))
    assert parts.deliver() == []
    (event,) = stage.collect()
    assert event["data"]["rejection"]["code"] == code
    assert "resultCode" not in event["data"]["rejection"]
    assert event["data"]["document"]["key"] == key
    assert emulator.counters().calls == {}
    kind = "unknown" if code == "unknown-document-kind" else "credit-card"
    assert counted()[f"Rejected:{kind}"] == 1
    assert stage.result_attributes == [{"type": "sealed-ocr.document.rejected.v1", "kind": kind}]


@pytest.mark.parametrize(("file_type", "kept", "result_code"), [("JPEG", 0.6, 4000002), ("PNG", 0.6, 4000002)])
def test_a_truncated_image_is_rejected_by_the_service(
    parts: Parts, stage: Stage, file_type: str, kept: float, result_code: int
) -> None:
    whole = draw("credit-card", file_type=file_type).content[:-16]
    stage.announce(stage.upload(whole[: int(len(whole) * kept)], f"credit-card/{NAME}.jpg"))
    assert parts.deliver() == []
    (event,) = stage.collect()
    rejection = event["data"]["rejection"]
    assert (rejection["code"], rejection["resultCode"]) == ("ocr-rejected", result_code)


def test_an_image_of_another_document_is_rejected_by_the_service(parts: Parts, stage: Stage) -> None:
    stage.announce(stage.upload(draw("resident"), f"credit-card/{NAME}.png"))
    assert parts.deliver() == []
    assert stage.collect()[0]["data"]["rejection"]["resultCode"] == 4000111
