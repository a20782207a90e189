"""What only AWS itself does, answered by a front before the emulated SQS: move tasks, and batches that fail in part."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest
from click.testing import Result

from ops.common.uploads_queue import send
from tests.ops.live_pipeline import Here
from tests.ops.sqs_front import Answer, front


@dataclass
class Tasks:
    """Move tasks as "StartMessageMoveTask" and "ListMessageMoveTasks" describe them."""

    sqs: Any
    status: str = "COMPLETED"
    started: list[dict[str, Any]] = field(default_factory=list)
    listed: list[dict[str, Any]] = field(default_factory=list)

    def answers(self) -> dict[str, Answer]:
        return {"StartMessageMoveTask": self.start, "ListMessageMoveTasks": self.list}

    def start(self, request: dict[str, Any]) -> dict[str, Any]:
        self.started.append(request)
        source, target = (self._url(request[name]) for name in ("SourceArn", "DestinationArn"))
        moved = 0
        while received := self.sqs.receive_message(
            QueueUrl=source, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        ).get("Messages"):
            for each in received:
                self.sqs.send_message(
                    QueueUrl=target, MessageBody=each["Body"], MessageAttributes=each.get("MessageAttributes", {})
                )
                self.sqs.delete_message(QueueUrl=source, ReceiptHandle=each["ReceiptHandle"])
                moved += 1
        ended = {"Status": self.status, "ApproximateNumberOfMessagesMoved": moved, "StartedTimestamp": 2}
        # The list lags behind: first it still shows what it showed before, then a task under way.
        self.listed = [ended, ended | {"Status": "RUNNING"}, *self.listed]
        return {"TaskHandle": "handle"}

    def list(self, _: dict[str, Any]) -> dict[str, Any]:
        latest = self.listed.pop() if len(self.listed) > 1 else next(iter(self.listed), None)
        return {"Results": [latest] if latest else []}

    def _url(self, arn: str) -> str:
        return str(self.sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"])


@dataclass
class Queues:
    """Queues of this test alone, reached through the front."""

    here: Here
    address: str
    outputs: Path
    tasks: Tasks
    uploads: str
    letters: str
    results: str
    result_letters: str

    def redrive(self, *options: str) -> Result:
        return self.here.ops("redrive", *options, AWS_ENDPOINT_URL=self.address, SEALED_OCR_OUTPUTS=str(self.outputs))

    def put(self, body: str, reason: str | None = None) -> None:
        attributes = {"reason": {"DataType": "String", "StringValue": reason}} if reason else {}
        self.here.client("sqs").send_message(QueueUrl=self.letters, MessageBody=body, MessageAttributes=attributes)

    def bodies(self, url: str) -> set[str]:
        return {message["Body"] for message in self.here.seen(url)}


@pytest.fixture
def queues(here: Here, tmp_path: Path) -> Iterator[Queues]:
    sqs = here.client("sqs")
    names = ("UploadsQueueUrl", "UploadsDeadLetterQueueUrl", "ResultsQueueUrl", "ResultsDeadLetterQueueUrl")
    urls = {name: sqs.create_queue(QueueName=uuid.uuid4().hex)["QueueUrl"] for name in names}
    told = msgspec.to_builtins(here.outputs) | urls
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps(told))
    tasks = Tasks(sqs)
    with front(here.environment["AWS_ENDPOINT_URL"], tasks.answers()) as address:
        yield Queues(here, address, outputs, tasks, *urls.values())


def test_aws_moves_what_waits_and_the_others_are_held_back_meanwhile(queues: Queues) -> None:
    queues.put("waits")
    queues.put("no event", "malformed-event")
    ended = queues.redrive("--per-second", "7")
    assert ended.exit_code == 0, ended.output
    assert "Sent back: 1 letter." in ended.output
    [started] = queues.tasks.started
    assert started["MaxNumberOfMessagesPerSecond"] == 7
    assert queues.bodies(queues.uploads) == {"waits"}
    assert queues.bodies(queues.letters) == {"no event"}


def test_aws_moves_results_back_to_their_own_queue(queues: Queues) -> None:
    queues.put("an upload")
    queues.here.client("sqs").send_message(QueueUrl=queues.result_letters, MessageBody="a result")
    ended = queues.redrive("--queue", "results", "--per-second", "3")
    assert ended.exit_code == 0, ended.output
    assert "Sent back: 1 result." in ended.output
    [started] = queues.tasks.started
    assert started["MaxNumberOfMessagesPerSecond"] == 3
    assert queues.bodies(queues.results) == {"a result"}
    assert (queues.bodies(queues.letters), queues.bodies(queues.uploads)) == ({"an upload"}, set())


def test_how_a_former_task_ended_says_nothing_of_this_one(queues: Queues) -> None:
    queues.put("waits")
    queues.tasks.listed = [{"Status": "FAILED", "FailureReason": "of last year", "StartedTimestamp": 1}]
    ended = queues.redrive()
    assert ended.exit_code == 0, ended.output
    assert queues.bodies(queues.uploads) == {"waits"}


def test_nothing_is_started_where_nothing_waits(queues: Queues) -> None:
    queues.put("no event", "malformed-event")
    assert queues.redrive().exit_code == 0
    assert queues.tasks.started == []
    assert queues.bodies(queues.letters) == {"no event"}


def test_a_task_that_is_under_way_is_left_alone(queues: Queues) -> None:
    queues.put("waits")
    queues.tasks.listed = [{"Status": "RUNNING"}]
    ended = queues.redrive()
    assert ended.exit_code == 1
    assert "under way already" in ended.output
    assert queues.tasks.started == []
    assert queues.bodies(queues.letters) == {"waits"}


def test_a_task_that_fails_is_told(queues: Queues) -> None:
    queues.put("waits")
    queues.tasks.status = "FAILED"
    ended = queues.redrive()
    assert ended.exit_code == 1
    assert "ended as FAILED" in ended.output


def test_entries_that_fail_are_sent_again_and_those_that_go_on_failing_are_given_back(here: Here) -> None:
    sqs = here.client("sqs")
    url = sqs.create_queue(QueueName=uuid.uuid4().hex)["QueueUrl"]
    asked: list[list[str]] = []

    def refuse(request: dict[str, Any]) -> dict[str, Any] | None:
        """Take everything but "never", and "late" only the third time; what is taken is sent on."""
        asked.append([entry["MessageBody"] for entry in request["Entries"]])
        failing = {"never"} if len(asked) > 2 else {"never", "late"}
        taken = [entry for entry in request["Entries"] if entry["MessageBody"] not in failing]
        if taken:
            sqs.send_message_batch(QueueUrl=url, Entries=taken)
        return {
            "Successful": [{"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": ""} for entry in taken],
            "Failed": [
                {"Id": entry["Id"], "SenderFault": False, "Code": "InternalError"}
                for entry in request["Entries"]
                if entry["MessageBody"] in failing
            ],
        }

    pauses: list[float] = []
    with front(here.environment["AWS_ENDPOINT_URL"], {"SendMessageBatch": refuse}) as address:
        client = boto3.client(
            "sqs", endpoint_url=address, region_name="eu-west-1", aws_access_key_id="t", aws_secret_access_key="t"
        )
        left = send(client, url, ["one", "never", "late"], sleep=pauses.append)
    assert left == ["never"]
    assert asked == [["one", "never", "late"], ["never", "late"], ["never", "late"], ["never"], ["never"]]
    assert pauses == [0.5, 1, 2, 4]
    assert sorted(each["Body"] for each in here.seen(url)) == ["late", "one"]
