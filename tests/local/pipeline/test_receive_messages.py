"""Receives messages from moto's queues and prints them."""

from __future__ import annotations

import io
import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console
from sealed_ocr.analysis.encoding import message_encoder
from sealed_ocr.analysis.queue_message import encode

from local.cli.report import document_table
from local.pipeline.messages import Message, QueueDepth, queue_depth, receive_messages
from tests.support.consumer_keys import ec_key, jwk_set, public, rsa_key, write
from tests.support.sealing import message
from workstation.private_keys import PrivateKeys

if TYPE_CHECKING:
    from pathlib import Path

    from local.processes.aws_clients import AwsClients


def event(key: str, kind: str = "analyzed", **data: Any) -> dict[str, Any]:
    document = {"kind": "id-card", "key": key}
    return {
        "id": "0" * 32,
        "subject": key,
        "type": f"sealed-ocr.document.{kind}.v1",
        "data": {"document": document, **data},
    }


@pytest.fixture
def queue(aws: AwsClients) -> str:
    return aws.sqs.create_queue(QueueName=uuid.uuid4().hex, Attributes={"VisibilityTimeout": "600"})["QueueUrl"]


def test_each_document_is_yielded_once_with_its_unchanged_body(aws: AwsClients, queue: str) -> None:
    bodies = [json.dumps(event("a"), indent=1), json.dumps(event("a")), json.dumps(event("b", "rejected"))]
    for body in bodies:
        aws.sqs.send_message(QueueUrl=queue, MessageBody=body)
    received = list(receive_messages(aws.sqs, queue, ["a", "b"], 10))
    assert [message.text for message in received] == [bodies[0], bodies[2]]
    assert [message.analyzed for message in received] == [True, False]
    assert queue_depth(aws.sqs, queue) == QueueDepth(0, 0)


def test_a_received_message_is_deleted(aws: AwsClients, queue: str) -> None:
    aws.sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(event("a")))
    assert next(receive_messages(aws.sqs, queue, ["a", "b"], 10)).key == "a"
    assert queue_depth(aws.sqs, queue) == QueueDepth(0, 0)


def test_the_wait_ends_and_other_messages_are_ignored(aws: AwsClients, queue: str) -> None:
    for body in (json.dumps(event("stranger")), "no json", "[]", "{}", json.dumps(event("a") | {"data": 7})):
        aws.sqs.send_message(QueueUrl=queue, MessageBody=body)
    assert list(receive_messages(aws.sqs, queue, ["a"], 0.5)) == []


def test_a_sealed_message_is_opened_with_the_private_key(aws: AwsClients, queue: str, tmp_path: Path) -> None:
    key = rsa_key("ours")
    sent = message()
    for encoder in (message_encoder(jwk_set(public(ec_key("another")))), message_encoder(jwk_set(public(key)))):
        aws.sqs.send_message(QueueUrl=queue, MessageBody=encoder.encode(sent).body)
    opener = PrivateKeys.from_file(write(tmp_path / "keys.json", key))
    (received,) = receive_messages(aws.sqs, queue, [sent.subject], 10, opener)
    assert (received.key, received.text) == (sent.subject, encode(sent))
    aws.sqs.send_message(QueueUrl=queue, MessageBody=message_encoder(jwk_set(public(key))).encode(sent).body)
    assert list(receive_messages(aws.sqs, queue, [sent.subject], 0.5)) == []


def test_a_claim_is_returned_if_one_is_offered() -> None:
    offered = event("a", verification={"request": {"idType": "resident"}, "missing": []})
    assert Message("", offered).claim == {"idType": "resident"}
    assert Message("", event("a")).claim is None


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (
            {
                "result": {
                    "idType": "driver",
                    "keyValues": [
                        {"key": "name", "value": "[bold]홍길동", "conf": 0.5},
                        {"key": "condition", "value": None, "conf": None},
                    ],
                }
            },
            [["idType", "driver"], ["name", "[bold]홍길동", "0.50"], ["condition"]],
        ),
        (
            {
                "result": {
                    "cardNums": [{"value": "1111", "conf": 0.87}, {"value": "", "conf": 0}],
                    "totalCardNum": "1111",
                    "validThru": {"value": "04/19", "conf": 0.53},
                }
            },
            [
                ["cardNums[0]", "1111", "0.87"],
                ["cardNums[1]", "0.00"],
                ["totalCardNum", "1111"],
                ["validThru", "04/19"],
            ],
        ),
        ({"result": {"totalCardNum": ["1111", {"value": "2222"}], "validThru": None}}, [["totalCardNum", "1111 2222"]]),
        ({"result": {}}, []),
        (
            {
                "result": {
                    "keyValues": [None, {"key": "name", "value": "홍길동"}],
                    "cardNums": [None, {"value": "1111", "conf": None}],
                }
            },
            [["name", "홍길동"], ["cardNums[0]"], ["cardNums[1]", "1111"]],
        ),
    ],
)
def test_the_table_of_a_document_has_its_fields(data: dict[str, Any], rows: list[list[str]]) -> None:
    shown = show(Message("", event("a", **data)))
    for row in rows:
        assert any(all(cell in line for cell in row) for line in shown), (row, shown)


def test_the_table_of_a_rejection_has_its_code_and_reason() -> None:
    rejection = {"code": "ocr-rejected", "resultCode": 4000121, "reason": "no ID card [found]"}
    shown = "\n".join(show(Message("", event("a", "rejected", rejection=rejection))))
    assert "ocr-rejected (4000121): no ID card [found]" in shown


def test_the_table_of_a_delay_has_its_code_and_reason() -> None:
    delay = {"code": "unknown-outcome", "mayStillBeAnalyzed": True, "reason": "no answer [arrived]"}
    shown = "\n".join(show(Message("", event("a", "delayed", delay=delay))))
    assert "delayed" in shown
    assert "unknown-outcome: no answer [arrived]" in shown


def show(message: Message) -> list[str]:
    console = Console(file=io.StringIO(), width=120)
    console.print(document_table("a.png", message))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()
