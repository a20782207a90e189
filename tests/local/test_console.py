"""What the console does and sees: uploads, deliveries, the service's calls, log lines, messages on their way."""

from __future__ import annotations

import hashlib
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from emulator import faults
from emulator.testing import Emulator
from tests.emulator.caller import Caller
from tests.local.console_stage import Stage, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.aws_clients import Clients

KEY = "id-card/own/Hong Gildong.png"
IMAGE = b"\x89PNG\r\n\x1a\n and no more of an image"
HANDLED = {"Attributes": {"ApproximateReceiveCount": "3"}, "MessageId": "m", "ReceiptHandle": "h"}


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def visitor(aws: Clients, emulator: Emulator, tmp_path: Path) -> Iterator[Visitor]:
    emulator.reset()
    with Visitor(Stage(aws, emulator), tmp_path) as visitor:
        yield visitor


def delivered(key: str = KEY) -> dict[str, Any]:
    entry = {"key": key.replace(" ", "+"), "eTag": "0" * 32, "size": len(IMAGE)}
    record = {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "b"}, "object": entry}}
    return {**HANDLED, "Body": json.dumps({"Records": [record]})}


def last(visitor: Visitor, until: str) -> dict[str, Any]:
    return visitor.heard(until, "document")[-1][1]


def uploaded(visitor: Visitor) -> str:
    """Upload an image through the console; return its key."""
    assert visitor.ask("POST", "/api/documents?kind=id-card&name=Hong+Gildong.png", IMAGE).status == 201
    bucket = visitor.stage.output("ImageBucketName")
    (entry,) = visitor.stage.aws.s3.list_objects_v2(Bucket=bucket)["Contents"]
    return entry["Key"]


def test_an_upload_lies_in_the_bucket_under_its_kind_and_is_shown_from_there(visitor: Visitor) -> None:
    key = uploaded(visitor)
    assert key.startswith("id-card/")
    assert key.endswith("/Hong Gildong.png")
    document = last(visitor, "S3 has it")
    assert (document["name"], document["outcome"]) == ("Hong Gildong.png", "underway")
    image = visitor.ask("GET", f"/api/documents/{document['number']}/image")
    assert (image.data, image.headers["Content-Type"]) == (IMAGE, "image/png")


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("/api/documents?kind=passport&name=a.png", IMAGE, 400, "id-card/stand-alone"),
        ("/api/documents?kind=id-card&name=", IMAGE, 400, "file name"),
        ("/api/documents?kind=id-card&name=..%2Fa.png", IMAGE, 400, "slash"),
        ("/api/documents?kind=id-card&name=a%0A.png", IMAGE, 400, "characters"),
        ("/api/samples", {"sample": "goose", "seed": 1}, 400, "goose"),
        ("/api/fault", {"to": "earthquake"}, 400, "earthquake"),
        ("/api/documents/999/verification", {}, 404, "no such document"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    visitor: Visitor, path: str, body: object, status: int, words: str
) -> None:
    answer = visitor.ask("PUT" if path.endswith("fault") else "POST", path, body)
    assert answer.status == status
    assert words in answer.json()["error"]


def test_what_no_pipeline_would_take_is_not_even_carried_there(visitor: Visitor) -> None:
    answer = visitor.ask("POST", "/api/documents?kind=id-card&name=a.png", bytes(32 * 1024 * 1024 + 1))
    assert answer.status == 413
    assert "33,554,432 bytes" in answer.json()["error"]


def test_what_is_no_image_is_not_shown_as_one(visitor: Visitor) -> None:
    page = b"<!doctype html><script>alert(1)</script>"
    number = visitor.ask("POST", "/api/documents?kind=id-card&name=a.png", page).json()["number"]
    assert visitor.ask("GET", f"/api/documents/{number}/image").status == 415


def test_a_delivery_is_seen_step_by_step_and_can_be_brought_forward(visitor: Visitor) -> None:
    watcher, queue, sqs = visitor.console.watcher, visitor.stage.output("UploadsQueueUrl"), visitor.stage.aws.sqs
    sqs.send_message(QueueUrl=queue, MessageBody=delivered(uploaded(visitor))["Body"])
    (message,) = sqs.receive_message(QueueUrl=queue, VisibilityTimeout=600, MessageSystemAttributeNames=["All"])[
        "Messages"
    ]
    watcher.taken(message)
    watcher.invoked([message])
    assert last(visitor, "invoked")["lights"]["function"]["light"] == "active"
    assert visitor.ask("POST", "/api/documents/1/delivery").status == 409
    watcher.ended([message], [message["MessageId"]])
    waiting = last(visitor, '"outcome": "waiting"')
    assert (waiting["number"], waiting["deliveries"], waiting["lights"]["queue"]["light"]) == (1, 1, "waiting")
    assert visitor.ask("POST", "/api/documents/1/delivery").status == 200
    (again,) = sqs.receive_message(QueueUrl=queue, MessageSystemAttributeNames=["All"])["Messages"]
    watcher.taken(again)
    assert last(visitor, "delivery 2")["outcome"] == "underway"
    watcher.ended([again], [])
    assert last(visitor, "deleted")["lights"]["function"]["light"] == "done"


def test_what_somebody_else_uploaded_is_seen_too(visitor: Visitor) -> None:
    visitor.console.watcher.taken(delivered())
    document = last(visitor, "delivery 3")
    assert (document["name"], document["kind"], document["deliveries"]) == ("Hong Gildong.png", "id-card", 3)


def test_the_service_s_calls_are_told_of_the_document_with_those_bytes(visitor: Visitor, emulator: Emulator) -> None:
    visitor.console.watcher.taken(delivered(uploaded(visitor)))
    assert visitor.ask("PUT", "/api/fault", {"to": "rate-limit"}).status == 200
    caller = Caller(emulator)
    emulator.clear_faults()
    sealed = caller.sealed_image("id-card", IMAGE)
    emulator.fault(faults.ResultCode(result_code=4000006))
    caller.post("id-card", sealed)
    refused = last(visitor, "call limit exceeded")
    assert refused["lights"]["ocr"] == {"light": "failed", "text": "answered 4000006: call limit exceeded"}
    assert next(seen["text"] for seen in refused["sightings"] if seen["station"] == "ocr").endswith("was opened")


def test_the_switch_holds_one_fault_until_it_is_turned_back(visitor: Visitor, emulator: Emulator) -> None:
    caller = Caller(emulator)
    sealed = [caller.sealed_image("id-card", IMAGE) for _ in range(3)]
    visitor.ask("PUT", "/api/fault", {"to": "rate-limit"})
    assert [caller.post("id-card", each).code for each in sealed[:2]] == [4000006, 4000006]
    assert ("fault", "rate-limit") in visitor.heard("ready")
    visitor.ask("PUT", "/api/fault", {"to": "none"})
    assert caller.post("id-card", sealed[2]).code != 4000006
    visitor.ask("POST", "/api/rotations")
    assert caller.post("id-card", sealed[2]).code == 4000301


def test_the_function_s_own_words_are_told_and_parking_is_an_end(visitor: Visitor, tmp_path: Path) -> None:
    visitor.console.watcher.taken(delivered())
    document_id = last(visitor, "delivery 3")["documentId"]
    said = {"message": "put into the dead-letter queue: unknown-outcome", "documentId": document_id, "fault": "f"}
    with (tmp_path / "stack-AnalyzeFunction-1.log").open("w") as log:
        log.write("no JSON\n" + json.dumps(said)[:20])
        log.flush()
        log.seek(0)
        log.write("no JSON\n" + json.dumps(said) + "\n")
    document = last(visitor, "parked in")
    assert document["outcome"] == "parked"
    assert document["sightings"][-2]["text"] == "logged: put into the dead-letter queue: unknown-outcome (f)"


def test_a_message_goes_on_to_its_consumers_as_it_came(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    visitor.console.watcher.taken(delivered())
    document_id = last(visitor, "delivery 3")["documentId"]
    read = {"keyValues": [{"key": "name", "value": "Hong Gildong the Third"}]}
    event = {
        "id": document_id,
        "type": "sealed-ocr.document.analyzed.v1",
        "data": {"document": {"kind": "id-card"}, "result": read},
    }
    attributes = {"type": {"DataType": "String", "StringValue": event["type"]}}
    bodies = [json.dumps(event, indent=3), "no JSON at all"]
    caplog.set_level(logging.DEBUG, "local")
    for body in bodies:
        visitor.stage.aws.sqs.send_message(
            QueueUrl=visitor.environment["RESULTS_QUEUE_URL"], MessageBody=body, MessageAttributes=attributes
        )
    results = visitor.stage.output("ResultsQueueUrl")
    came: list[Any] = []
    while len(came) < len(bodies):
        came += visitor.stage.aws.sqs.receive_message(
            QueueUrl=results, WaitTimeSeconds=5, MessageAttributeNames=["All"]
        ).get("Messages", [])
    assert [message["Body"] for message in came] == bodies
    assert came[0]["MessageAttributes"]["type"]["StringValue"] == event["type"]
    heard = visitor.heard('"outcome": "analyzed"', "document")
    message = visitor.ask("GET", f"/api/documents/{heard[-1][1]['number']}/message").json()
    assert message["body"] == bodies[0]
    # What was read is told to whoever asks for that message, and nowhere else.
    assert "the Third" not in str(heard)
    assert "Gildong" not in caplog.text


def test_images_are_known_by_their_bytes_alone(visitor: Visitor) -> None:
    key = uploaded(visitor)
    document = visitor.console._record.numbered(1)
    assert document is not None
    assert document.image == hashlib.sha256(IMAGE).hexdigest()
    assert key not in repr(document)
