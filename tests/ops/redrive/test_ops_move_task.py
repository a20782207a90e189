"""Move tasks, which the emulated SQS does not have: a proxy in front of it answers them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import Result

from ops.common.errors import OpsError
from ops.redrive.dead_letters import HELD_SECONDS
from ops.redrive.uploads import require_time
from tests.ops.live_pipeline import ROOT, LivePipeline
from tests.ops.sqs_proxy import Answer, sqs_proxy
from tests.support.polling import PATIENCE


@dataclass
class EmulatedMoveTasks:
    """Move tasks as the SQS reference describes "StartMessageMoveTask" and "ListMessageMoveTasks"."""

    sqs: Any
    status: str = "COMPLETED"
    started: list[dict[str, Any]] = field(default_factory=list)
    listed: list[dict[str, Any]] = field(default_factory=list)
    # Set when the status of a task that has not moved anything yet is asked for.
    slow: bool = False
    polled: threading.Event = field(default_factory=threading.Event)
    answers: dict[str, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.answers |= {"StartMessageMoveTask": self.start, "ListMessageMoveTasks": self.list}

    def start(self, request: dict[str, Any]) -> dict[str, Any]:
        self.started.append(request)
        if self.slow:
            self.listed = [{"Status": "RUNNING", "StartedTimestamp": 2}]
        else:
            self.move(request)
        return {"TaskHandle": "handle"}

    def move(self, request: dict[str, Any]) -> None:
        """Move every visible message, and end."""
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

    def list(self, _: dict[str, Any]) -> dict[str, Any]:
        if self.started:
            self.polled.set()
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
            "redrive", "--yes", *options, AWS_ENDPOINT_URL=self.address, SEALED_OCR_OUTPUTS=str(self.outputs)
        )

    @contextmanager
    def redriving(self) -> Iterator[subprocess.Popen[str]]:
        """Run the command in a process of its own, until AWS moves messages and the command waits."""
        variables = {"AWS_ENDPOINT_URL": self.address, "SEALED_OCR_OUTPUTS": str(self.outputs)}
        process = subprocess.Popen(
            [sys.executable, "-m", "ops", "redrive", "--yes"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **self.pipeline.environment, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # A suite that a shell runs in the background ignores Ctrl-C, and its children inherit that.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        try:
            assert self.tasks.polled.wait(PATIENCE)
            yield process
        finally:
            process.kill()
            process.wait(PATIENCE)

    def dead_letter(self, body: str, reason: str | None = None) -> None:
        attributes = {"reason": {"DataType": "String", "StringValue": reason}} if reason else {}
        self.pipeline.client("sqs").send_message(
            QueueUrl=self.uploads_dead_letters, MessageBody=body, MessageAttributes=attributes
        )

    def hidden(self, url: str) -> int:
        """Return the number of messages in flight."""
        name: Any = "ApproximateNumberOfMessagesNotVisible"
        found = self.pipeline.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[name])
        return int(found["Attributes"][name])

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
    with sqs_proxy(pipeline.environment["AWS_ENDPOINT_URL"], tasks.answers) as address:
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


@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGKILL])
def test_a_task_that_outlives_the_command_does_not_take_what_stays(queues: RedriveQueues, interrupt: int) -> None:
    queues.dead_letter("waits")
    queues.dead_letter("no event", "malformed-event")
    queues.tasks.slow = True
    with queues.redriving() as process:
        process.send_signal(interrupt)
        output, _ = process.communicate(timeout=PATIENCE)
    if interrupt == signal.SIGINT:
        assert "The move task continues on AWS." in output
        assert "It cannot take what stays: 1 dead letter, hidden for 11 hours." in " ".join(output.split())
    [started] = queues.tasks.started
    queues.tasks.move(started)
    assert queues.bodies(queues.uploads) == {"waits"}
    assert queues.bodies(queues.uploads_dead_letters) == set()
    assert queues.hidden(queues.uploads_dead_letters) == 1


@pytest.mark.parametrize("status", ["FAILED", "CANCELLED"])
def test_what_stays_is_visible_at_once_when_the_task_has_ended(queues: RedriveQueues, status: str) -> None:
    queues.dead_letter("waits")
    queues.dead_letter("no event", "malformed-event")
    queues.tasks.status = status
    assert queues.redrive().exit_code == 1
    assert queues.bodies(queues.uploads_dead_letters) == {"no event"}


def test_everything_is_visible_at_once_if_no_task_can_be_started(queues: RedriveQueues) -> None:
    queues.dead_letter("waits")
    queues.dead_letter("no event", "malformed-event")
    queues.tasks.answers["StartMessageMoveTask"] = lambda _: {"__type": "com.amazonaws.sqs#AccessDenied"}
    ended = queues.redrive()
    assert ended.exit_code == 1
    assert "AccessDenied" in ended.output
    assert queues.bodies(queues.uploads_dead_letters) == {"waits", "no event"}


def test_what_stays_is_hidden_if_it_is_unknown_whether_a_task_was_started(queues: RedriveQueues) -> None:
    queues.dead_letter("waits")
    queues.dead_letter("no event", "malformed-event")
    # Forwarded to the emulated SQS, which fails on it with status 500.
    queues.tasks.answers["StartMessageMoveTask"] = lambda _: None
    ended = queues.redrive()
    assert ended.exit_code == 1
    assert "The task may be running" in ended.output
    assert queues.bodies(queues.uploads_dead_letters) == {"waits"}
    assert queues.hidden(queues.uploads_dead_letters) == 1


def test_no_task_is_started_while_a_dead_letter_that_stays_cannot_be_hidden(queues: RedriveQueues) -> None:
    def refuse(request: dict[str, Any]) -> dict[str, Any] | None:
        if not any(entry["VisibilityTimeout"] for entry in request["Entries"]):
            return None
        failed = {"SenderFault": True, "Code": "MessageNotInflight"}
        return {"Successful": [], "Failed": [{"Id": entry["Id"], **failed} for entry in request["Entries"]]}

    queues.dead_letter("waits")
    queues.dead_letter("no event", "malformed-event")
    queues.tasks.answers["ChangeMessageVisibilityBatch"] = refuse
    ended = queues.redrive()
    assert ended.exit_code == 1
    assert "became visible meanwhile" in ended.output
    assert queues.tasks.started == []
    assert queues.bodies(queues.uploads_dead_letters) == {"waits", "no event"}


def test_a_rate_at_which_the_task_outlasts_the_hold_is_refused() -> None:
    require_time(HELD_SECONDS, 1)
    require_time(HELD_SECONDS * 500, None)
    with pytest.raises(OpsError, match="raise --per-second"):
        require_time(HELD_SECONDS + 1, 1)
