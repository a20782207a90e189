"""Move tasks, which the emulated SQS does not have: a proxy in front of it answers them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import Result

from tests.ops.live_pipeline import LivePipeline
from tests.ops.sqs_proxy import Answer, sqs_proxy


@dataclass
class EmulatedMoveTasks:
    """Move tasks as the SQS reference describes "StartMessageMoveTask" and "ListMessageMoveTasks"."""

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
        # The list lags behind: it shows the previous task first, then a running one.
        self.listed = [ended, ended | {"Status": "RUNNING"}, *self.listed]
        return {"TaskHandle": "handle"}

    def list(self, _: dict[str, Any]) -> dict[str, Any]:
        latest = self.listed.pop() if len(self.listed) > 1 else next(iter(self.listed), None)
        return {"Results": [latest] if latest else []}

    def _url(self, arn: str) -> str:
        return str(self.sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"])


@dataclass
class RedriveQueues:
    """Queues for one test, reached through the proxy."""

    pipeline: LivePipeline
    address: str
    outputs: Path
    tasks: EmulatedMoveTasks
    uploads: str
    uploads_dead_letters: str
    results: str
    results_dead_letters: str

    def redrive(self, *options: str) -> Result:
        return self.pipeline.run(
            "redrive", *options, AWS_ENDPOINT_URL=self.address, SEALED_OCR_OUTPUTS=str(self.outputs)
        )

    def dead_letter(self, body: str, reason: str | None = None) -> None:
        attributes = {"reason": {"DataType": "String", "StringValue": reason}} if reason else {}
        self.pipeline.client("sqs").send_message(
            QueueUrl=self.uploads_dead_letters, MessageBody=body, MessageAttributes=attributes
        )

    def bodies(self, url: str) -> set[str]:
        return {message["Body"] for message in self.pipeline.peek(url)}


@pytest.fixture
def queues(pipeline: LivePipeline, tmp_path: Path) -> Iterator[RedriveQueues]:
    sqs = pipeline.client("sqs")
    names = ("UploadsQueueUrl", "UploadsDeadLetterQueueUrl", "ResultsQueueUrl", "ResultsDeadLetterQueueUrl")
    urls = {name: sqs.create_queue(QueueName=uuid.uuid4().hex)["QueueUrl"] for name in names}
    stack_outputs = msgspec.to_builtins(pipeline.outputs) | urls
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps(stack_outputs))
    tasks = EmulatedMoveTasks(sqs)
    with sqs_proxy(pipeline.environment["AWS_ENDPOINT_URL"], tasks.answers()) as address:
        yield RedriveQueues(pipeline, address, outputs, tasks, *urls.values())


def test_the_task_moves_redrivable_dead_letters_while_the_others_are_hidden(queues: RedriveQueues) -> None:
    queues.dead_letter("waits")
    queues.dead_letter("no event", "malformed-event")
    ended = queues.redrive("--per-second", "7")
    assert ended.exit_code == 0, ended.output
    assert "Sent back: 1 dead letter." in ended.output
    [started] = queues.tasks.started
    assert started["MaxNumberOfMessagesPerSecond"] == 7
    assert queues.bodies(queues.uploads) == {"waits"}
    assert queues.bodies(queues.uploads_dead_letters) == {"no event"}


def test_the_task_moves_results_back_to_their_own_queue(queues: RedriveQueues) -> None:
    queues.dead_letter("an upload")
    queues.pipeline.client("sqs").send_message(QueueUrl=queues.results_dead_letters, MessageBody="a result")
    ended = queues.redrive("--queue", "results", "--per-second", "3")
    assert ended.exit_code == 0, ended.output
    assert "Sent back: 1 result." in ended.output
    [started] = queues.tasks.started
    assert started["MaxNumberOfMessagesPerSecond"] == 3
    assert queues.bodies(queues.results) == {"a result"}
    assert (queues.bodies(queues.uploads_dead_letters), queues.bodies(queues.uploads)) == ({"an upload"}, set())


def test_the_status_of_a_previous_task_is_ignored(queues: RedriveQueues) -> None:
    queues.dead_letter("waits")
    queues.tasks.listed = [{"Status": "FAILED", "FailureReason": "of last year", "StartedTimestamp": 1}]
    ended = queues.redrive()
    assert ended.exit_code == 0, ended.output
    assert queues.bodies(queues.uploads) == {"waits"}


def test_no_task_is_started_without_redrivable_dead_letters(queues: RedriveQueues) -> None:
    queues.dead_letter("no event", "malformed-event")
    assert queues.redrive().exit_code == 0
    assert queues.tasks.started == []
    assert queues.bodies(queues.uploads_dead_letters) == {"no event"}


def test_a_running_task_is_left_alone(queues: RedriveQueues) -> None:
    queues.dead_letter("waits")
    queues.tasks.listed = [{"Status": "RUNNING"}]
    ended = queues.redrive()
    assert ended.exit_code == 1
    assert "under way already" in ended.output
    assert queues.tasks.started == []
    assert queues.bodies(queues.uploads_dead_letters) == {"waits"}


def test_a_failed_task_is_reported(queues: RedriveQueues) -> None:
    queues.dead_letter("waits")
    queues.tasks.status = "FAILED"
    ended = queues.redrive()
    assert ended.exit_code == 1
    assert "ended as FAILED" in ended.output
