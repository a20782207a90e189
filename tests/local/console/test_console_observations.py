"""What the console observes of a document: deliveries, calls to the OCR service, log lines, messages."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from sealed_ocr.analysis.encoding import message_encoder
from sealed_ocr.aws.uploads import parse_event

from emulator.faults import kinds
from local.console.log_follower import LogFollower
from local.console.record import Record
from tests.emulator.caller import Caller
from tests.local.console.console_client import IMAGE, ConsoleClient, FakePipeline, upload_event
from tests.support.consumer_keys import ec_key, jwk_set, public, write
from tests.support.sealing import rejection
from workstation.private_keys import PrivateKeys

if TYPE_CHECKING:
    from pathlib import Path

    from types_boto3_sqs.type_defs import MessageAttributeValueTypeDef

    from emulator.testing import Emulator
    from local.processes.aws_clients import AwsClients


def test_each_step_of_a_delivery_is_observed_and_a_deferred_event_can_be_delivered_now(client: ConsoleClient) -> None:
    observer, queue, sqs = client.console.observer, client.pipeline.output("UploadsQueueUrl"), client.pipeline.aws.sqs
    sqs.send_message(QueueUrl=queue, MessageBody=upload_event(client.upload_image())["Body"])
    (message,) = sqs.receive_message(QueueUrl=queue, VisibilityTimeout=600, MessageSystemAttributeNames=["All"])[
        "Messages"
    ]
    observer.received(message)
    observer.invoked([message])
    assert client.wait_for_document("invoked")["stations"]["function"]["state"] == "active"
    assert client.request("POST", "/api/documents/1/delivery").status == 409
    observer.completed([message], [message["MessageId"]])
    waiting = client.wait_for_document('"outcome": "waiting"')
    assert (waiting["number"], waiting["deliveries"], waiting["stations"]["queue"]["state"]) == (1, 1, "waiting")
    assert client.request("POST", "/api/documents/1/delivery").status == 200
    (again,) = sqs.receive_message(QueueUrl=queue, MessageSystemAttributeNames=["All"])["Messages"]
    observer.received(again)
    assert client.wait_for_document("delivery 2")["outcome"] == "underway"
    observer.completed([again], [])
    assert client.wait_for_document("deleted")["stations"]["function"]["state"] == "done"


def test_uploads_by_other_clients_are_observed_too(client: ConsoleClient) -> None:
    client.console.observer.received(upload_event())
    document = client.wait_for_document("delivery 3")
    assert (document["name"], document["kind"], document["deliveries"]) == ("Hong Gildong.png", "id-card", 3)


def test_a_name_with_separators_does_not_break_the_events(client: ConsoleClient) -> None:
    # The page reads the events by lines, and JavaScript's pattern for a line ends at each of these.
    client.console.observer.received(upload_event("id-card/own/%E2%80%A8%E2%80%A9%0A%0Aevent:%20x%0D.png"))
    client.console.observer.received(upload_event("id-card/own/next.png"))
    assert client.wait_for_document("u2028")["name"] == "\u2028\u2029\n\nevent: x\r.png"
    assert client.wait_for_document("next")["name"] == "next.png"


def test_calls_to_the_ocr_service_are_assigned_to_the_document_with_the_same_bytes(
    client: ConsoleClient, console_emulator: Emulator
) -> None:
    client.console.observer.received(upload_event(client.upload_image()))
    assert client.request("PUT", "/api/fault", {"to": "rate-limit"}).status == 200
    caller = Caller(console_emulator)
    console_emulator.clear_faults()
    sealed = caller.sealed_image("id-card", IMAGE)
    console_emulator.fault(kinds.ResultCode(result_code=4000006))
    caller.post("id-card", sealed)
    refused = client.wait_for_document("call limit exceeded")
    assert refused["stations"]["ocr"] == {"state": "failed", "text": "answered 4000006: call limit exceeded"}
    opened = next(each for each in refused["observations"] if each["station"] == "ocr")
    assert opened["text"].endswith("was opened")
    assert opened["state"] == "active"


def test_the_fault_switch_keeps_its_position_until_it_is_changed(
    client: ConsoleClient, console_emulator: Emulator
) -> None:
    caller = Caller(console_emulator)
    sealed = [caller.sealed_image("id-card", IMAGE) for _ in range(3)]
    client.request("PUT", "/api/fault", {"to": "rate-limit"})
    assert [caller.post("id-card", each).code for each in sealed[:2]] == [4000006, 4000006]
    assert ("fault", "rate-limit") in client.events("ready")
    client.request("PUT", "/api/fault", {"to": "none"})
    assert caller.post("id-card", sealed[2]).code != 4000006
    client.request("POST", "/api/rotations")
    assert caller.post("id-card", sealed[2]).code == 4000301


def test_log_lines_are_observed_and_parking_ends_a_document(client: ConsoleClient, tmp_path: Path) -> None:
    client.console.observer.received(upload_event())
    document_id = client.wait_for_document("delivery 3")["documentId"]
    entry = {
        "event": "document.dead_lettered",
        "message": "any text",
        "documentId": document_id,
        "reason": "unknown-outcome",
    }
    (tmp_path / "stack-AnalyzeFunction-1.log").write_text(f"no JSON\n{json.dumps(entry)}\n")
    document = client.wait_for_document("parked in")
    assert document["outcome"] == "parked"
    assert document["observations"][-2]["text"] == "logged: any text (unknown-outcome)"


def test_a_late_delivery_of_an_erased_document_ends_it(client: ConsoleClient, tmp_path: Path) -> None:
    client.console.observer.received(upload_event())
    document_id = client.wait_for_document("delivery 3")["documentId"]
    entry = {"event": "attempt.refused", "message": "not claimed", "documentId": document_id, "refusal": "erased"}
    (tmp_path / "stack-AnalyzeFunction-1.log").write_text(f"{json.dumps(entry)}\n")
    document = client.wait_for_document("erased on demand")
    assert document["outcome"] == "erased"
    assert document["ended"] is not None


def test_a_log_line_is_read_when_it_is_complete(tmp_path: Path) -> None:
    record = Record()
    follower = LogFollower(record, tmp_path)
    (upload,) = parse_event(upload_event()["Body"]).uploads
    entry = {"event": "attempt.failed", "message": "the attempt failed", "documentId": upload.document.document_id}
    line = json.dumps(entry)
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
    assert [observation.text for observation in document.observations] == ["logged: the attempt failed"]


def test_a_line_without_a_text_is_shown_by_its_event(tmp_path: Path) -> None:
    record = Record()
    (upload,) = parse_event(upload_event()["Body"]).uploads
    entry = {"event": "result.sent", "documentId": upload.document.document_id, "outcome": "analyzed"}
    with record.change_uploaded(upload) as document:
        (tmp_path / "AnalyzeFunction.log").write_text(f"{json.dumps(entry)}\n")
        LogFollower(record, tmp_path).poll()
    assert [observation.text for observation in document.observations] == ["logged: result.sent (analyzed)"]


def test_messages_are_forwarded_unchanged(client: ConsoleClient, caplog: pytest.LogCaptureFixture) -> None:
    client.console.observer.received(upload_event())
    document_id = client.wait_for_document("delivery 3")["documentId"]
    result = {"keyValues": [{"key": "name", "value": "Hong Gildong the Third"}]}
    event: dict[str, Any] = {
        "id": document_id,
        "type": "sealed-ocr.document.analyzed.v1",
        "data": {"document": {"documentId": document_id, "kind": "id-card"}, "result": result},
    }
    attributes: dict[str, MessageAttributeValueTypeDef] = {"type": {"DataType": "String", "StringValue": event["type"]}}
    bodies = [json.dumps(event, indent=3), "no JSON at all"]
    caplog.set_level(logging.DEBUG, "local")
    for body in bodies:
        client.pipeline.aws.sqs.send_message(
            QueueUrl=client.environment["RESULTS_QUEUE_URL"], MessageBody=body, MessageAttributes=attributes
        )
    results = client.pipeline.output("ResultsQueueUrl")
    forwarded: list[Any] = []
    while len(forwarded) < len(bodies):
        forwarded += client.pipeline.aws.sqs.receive_message(
            QueueUrl=results, WaitTimeSeconds=5, MessageAttributeNames=["All"]
        ).get("Messages", [])
    assert [message["Body"] for message in forwarded] == bodies
    assert forwarded[0]["MessageAttributes"]["type"]["StringValue"] == event["type"]
    events = client.events('"outcome": "analyzed"', "document")
    message = client.request("GET", f"/api/documents/{events[-1][1]['number']}/message").json()
    assert message["body"] == bodies[0]
    # Recognised values are returned only to a request for the message itself.
    assert "the Third" not in str(events)
    assert "Gildong" not in caplog.text


def test_a_delayed_message_is_shown_until_another_one_follows(client: ConsoleClient) -> None:
    client.console.observer.received(upload_event())
    document_id = client.wait_for_document("delivery 3")["documentId"]

    def send(event_id: str, outcome: str, **data: Any) -> str:
        body = json.dumps(
            {
                "id": event_id,
                "type": f"sealed-ocr.document.{outcome}.v1",
                "data": {"document": {"documentId": document_id, "kind": "id-card"}, **data},
            }
        )
        client.pipeline.aws.sqs.send_message(QueueUrl=client.environment["RESULTS_QUEUE_URL"], MessageBody=body)
        return body

    delay = {"code": "unknown-outcome", "mayStillBeAnalyzed": True, "reason": "no answer arrived"}
    body = send(f"{document_id}-delayed", "delayed", delay=delay)
    document = client.wait_for_document("delayed: a message of")
    # The function's log says that a document is parked.
    assert (document["outcome"], document["ended"], document["rejection"]) == ("underway", None, None)
    assert document["stations"]["results"]["state"] == "waiting"
    number, delayed = document["number"], document["messageId"]
    assert client.request("GET", f"/api/documents/{number}/message").json()["body"] == body
    send(document_id, "analyzed", result={})
    document = client.wait_for_document('"outcome": "analyzed"')
    assert document["messageId"] not in {None, delayed}
    assert document["stations"]["results"]["state"] == "done"


@pytest.mark.parametrize("held", [True, False])
def test_a_sealed_message_is_forwarded_sealed_and_shown_to_the_holder_of_the_key(
    aws: AwsClients, tmp_path: Path, caplog: pytest.LogCaptureFixture, *, held: bool
) -> None:
    key = ec_key("ours")
    opener = PrivateKeys.from_file(write(tmp_path / "keys.json", key if held else ec_key("another")))
    with ConsoleClient(FakePipeline(aws, None), tmp_path, opener) as client:
        client.console.observer.received(upload_event())
        document_id = client.wait_for_document("delivery 3")["documentId"]
        why = rejection("image-empty")
        document = msgspec.structs.replace(why.data.document, document_id=document_id)
        rejected = msgspec.structs.replace(
            why, id=document_id, data=msgspec.structs.replace(why.data, document=document)
        )
        body = message_encoder(jwk_set(public(key))).encode(rejected).body
        client.pipeline.aws.sqs.send_message(QueueUrl=client.environment["RESULTS_QUEUE_URL"], MessageBody=body)
        shown = client.wait_for_document('"outcome": "rejected"')
        assert (shown["rejection"], shown["kind"]) == ("image-empty", "id-card")
        received = client.request("GET", f"/api/documents/{shown['number']}/message").json()
        assert received["body"] == body
        if held:
            assert json.loads(received["opened"])["data"]["rejection"]["reason"] == "because"
        else:
            assert received["opened"] is None
            assert "the message is sealed to the key 'ours'; the file has another" in caplog.text
        queue = client.pipeline.output("ResultsQueueUrl")
        (forwarded,) = client.pipeline.aws.sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)["Messages"]
        assert forwarded["Body"] == body
