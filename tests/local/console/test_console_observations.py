"""What the console sees of a document: deliveries, the service's calls, log lines, its message on the way."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from sealed_ocr.aws.uploads import parse_event

from emulator.faults import kinds
from local.console.log_follower import LogFollower
from local.console.record import Record
from tests.emulator.caller import Caller
from tests.local.console.console_stage import IMAGE, delivered

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from emulator.testing import Emulator
    from tests.local.console.console_stage import Visitor


def test_a_delivery_is_seen_step_by_step_and_can_be_brought_forward(visitor: Visitor) -> None:
    observer, queue, sqs = visitor.console.observer, visitor.stage.output("UploadsQueueUrl"), visitor.stage.aws.sqs
    sqs.send_message(QueueUrl=queue, MessageBody=delivered(visitor.uploaded())["Body"])
    (message,) = sqs.receive_message(QueueUrl=queue, VisibilityTimeout=600, MessageSystemAttributeNames=["All"])[
        "Messages"
    ]
    observer.received(message)
    observer.invoked([message])
    assert visitor.document("invoked")["stations"]["function"]["state"] == "active"
    assert visitor.ask("POST", "/api/documents/1/delivery").status == 409
    observer.completed([message], [message["MessageId"]])
    waiting = visitor.document('"outcome": "waiting"')
    assert (waiting["number"], waiting["deliveries"], waiting["stations"]["queue"]["state"]) == (1, 1, "waiting")
    assert visitor.ask("POST", "/api/documents/1/delivery").status == 200
    (again,) = sqs.receive_message(QueueUrl=queue, MessageSystemAttributeNames=["All"])["Messages"]
    observer.received(again)
    assert visitor.document("delivery 2")["outcome"] == "underway"
    observer.completed([again], [])
    assert visitor.document("deleted")["stations"]["function"]["state"] == "done"


def test_what_somebody_else_uploaded_is_seen_too(visitor: Visitor) -> None:
    visitor.console.observer.received(delivered())
    document = visitor.document("delivery 3")
    assert (document["name"], document["kind"], document["deliveries"]) == ("Hong Gildong.png", "id-card", 3)


def test_the_service_s_calls_are_told_of_the_document_with_those_bytes(
    visitor: Visitor, console_emulator: Emulator
) -> None:
    visitor.console.observer.received(delivered(visitor.uploaded()))
    assert visitor.ask("PUT", "/api/fault", {"to": "rate-limit"}).status == 200
    caller = Caller(console_emulator)
    console_emulator.clear_faults()
    sealed = caller.sealed_image("id-card", IMAGE)
    console_emulator.fault(kinds.ResultCode(result_code=4000006))
    caller.post("id-card", sealed)
    refused = visitor.document("call limit exceeded")
    assert refused["stations"]["ocr"] == {"state": "failed", "text": "answered 4000006: call limit exceeded"}
    opened = next(seen for seen in refused["observations"] if seen["station"] == "ocr")
    assert opened["text"].endswith("was opened")
    assert opened["state"] == "active"


def test_the_switch_holds_one_fault_until_it_is_turned_back(visitor: Visitor, console_emulator: Emulator) -> None:
    caller = Caller(console_emulator)
    sealed = [caller.sealed_image("id-card", IMAGE) for _ in range(3)]
    visitor.ask("PUT", "/api/fault", {"to": "rate-limit"})
    assert [caller.post("id-card", each).code for each in sealed[:2]] == [4000006, 4000006]
    assert ("fault", "rate-limit") in visitor.heard("ready")
    visitor.ask("PUT", "/api/fault", {"to": "none"})
    assert caller.post("id-card", sealed[2]).code != 4000006
    visitor.ask("POST", "/api/rotations")
    assert caller.post("id-card", sealed[2]).code == 4000301


def test_the_function_s_own_words_are_told_and_parking_is_an_end(visitor: Visitor, tmp_path: Path) -> None:
    visitor.console.observer.received(delivered())
    document_id = visitor.document("delivery 3")["documentId"]
    said = {"message": "put into the dead-letter queue: unknown-outcome", "documentId": document_id, "fault": "f"}
    (tmp_path / "stack-AnalyzeFunction-1.log").write_text(f"no JSON\n{json.dumps(said)}\n")
    document = visitor.document("parked in")
    assert document["outcome"] == "parked"
    assert document["observations"][-2]["text"] == "logged: put into the dead-letter queue: unknown-outcome (f)"


def test_a_line_of_the_log_is_read_when_it_is_whole(tmp_path: Path) -> None:
    record = Record()
    follower = LogFollower(record, tmp_path)
    (upload,) = parse_event(delivered()["Body"]).uploads
    line = json.dumps({"message": "it will be tried again", "documentId": upload.document_id})
    with record.change_uploaded(upload) as document, (tmp_path / "AnalyzeFunction.log").open("w") as log:
        for part in (line[:30], line[30:]):
            follower.poll()
            assert document.observations == []
            log.write(part)
            log.flush()
        log.write("\n")
        log.flush()
        follower.poll()
        follower.poll()
    assert [observation.text for observation in document.observations] == ["logged: it will be tried again"]


def test_a_message_goes_on_to_its_consumers_as_it_came(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    visitor.console.observer.received(delivered())
    document_id = visitor.document("delivery 3")["documentId"]
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
