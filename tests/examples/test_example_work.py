"""What becomes of a message whose work cannot be done, and which work the example's desk leaves to people."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from consumer import Consumer
from desk import Desk
from inbox import Begun, Inbox, MemoryInbox
from messages import Messages
from verdicts import Answer, Later, Verdicts

from local.pipeline.pipeline import Pipeline
from local.processes.child import ROOT
from tests.examples.consuming import counts


class Failing(Desk):
    """A desk that fails with what it is given."""

    def __init__(self, failure: Exception) -> None:
        super().__init__(None)
        self._failure = failure

    def work(self, event: object) -> None:
        raise self._failure


def once(pipeline: Pipeline, event: dict[str, Any], inbox: Inbox, desk: Desk) -> tuple[int, int]:
    """Let a consumer take the event from a queue of its own; return how many are visible, and hidden, thereafter."""
    queue = pipeline.aws.sqs.create_queue(QueueName=f"own-{uuid.uuid4().hex}")["QueueUrl"]
    pipeline.aws.sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(event))
    stopping = threading.Event()

    class Watched(Consumer):
        def _take(self, message: Any) -> None:
            stopping.set()
            super()._take(message)

    Watched(pipeline.aws.sqs, queue, Messages(ROOT / "schemas"), inbox, desk).run(stopping, 1)
    return counts(pipeline, queue)


@pytest.mark.parametrize(
    "failure", [RuntimeError("홍길동"), Later("홍길동 is not said here", 0)], ids=["fault", "later"]
)
def test_a_message_whose_work_fails_comes_again(
    pipeline: Pipeline, came: dict[str, dict[str, Any]], failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "consumer")
    inbox = MemoryInbox()
    # A fault leaves it until its visibility ends; later is when the work itself says.
    assert once(pipeline, came["driver"], inbox, Failing(failure)) == (
        (0, 1) if isinstance(failure, RuntimeError) else (1, 0)
    )
    assert inbox.begin(came["driver"]["id"]) is Begun.MINE
    assert isinstance(failure, Later) or "홍길동" not in caplog.text


class Unasked(Verdicts):
    """Nobody may ask it for a verdict."""

    def __init__(self) -> None:
        pass

    def ask(self, document_id: str, claim: dict[str, str]) -> Answer:
        raise AssertionError(document_id)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: data["verification"]["missing"].append("issueDate"), "before a person says issueDate"),
        (lambda data: data["result"]["keyValues"][2].update(conf=0.89), "before a person has looked at "),
        (lambda data: data["result"]["keyValues"][2].update(conf=None), "before a person has looked at "),
        (
            lambda data: (
                data["verification"]["request"].update(idType="passport")
                or data["result"]["keyValues"][3].update(conf=0.1)
            ),
            "before a person has looked at issuer",
        ),
        (lambda data: data["verification"].update(expiresAt="2020-01-01T00:00:00.000Z"), "the offer is over"),
        (lambda data: data.pop("verification"), "no verdict asked for"),
    ],
    ids=["missing", "unsure", "no-confidence", "unsure-passport", "late", "no-offer"],
)
def test_no_verdict_is_asked_for_that_could_only_do_harm(
    change: Callable[[dict[str, Any]], None], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "consumer")
    event = json.loads((ROOT / "schemas" / "examples" / "resident.json").read_text())
    event["data"]["verification"]["expiresAt"] = "2999-01-01T00:00:00.000Z"
    change(event["data"])
    Desk(Unasked()).work(Messages(ROOT / "schemas").read(json.dumps(event)))
    assert why in caplog.text


def test_what_another_process_has_in_hand_is_left_to_it(pipeline: Pipeline, came: dict[str, dict[str, Any]]) -> None:
    inbox = MemoryInbox()
    inbox.begin(came["driver"]["id"])
    assert once(pipeline, came["driver"], inbox, Failing(AssertionError())) == (0, 1)


def test_what_aws_refuses_is_told_in_its_own_word(pipeline: Pipeline, caplog: pytest.LogCaptureFixture) -> None:
    class Once(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            self.set()
            return True

    gone = f"{pipeline.output('ResultsQueueUrl')}-gone"
    Consumer(pipeline.aws.sqs, gone, Messages(ROOT / "schemas"), MemoryInbox(), Desk(None)).run(Once(), 1)
    assert "NonExistentQueue" in caplog.text


@pytest.mark.parametrize(
    "wrong", [("--wait-seconds", "21"), ("--verify-url", "example.com/verify"), ("--verify-url", "htps://example.com")]
)
def test_what_would_fail_at_each_message_is_refused_before(wrong: tuple[str, str]) -> None:
    command = [sys.executable, str(ROOT / "examples" / "consumer.py"), "--queue-url", "any", *wrong]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert wrong[0] in ended.stderr
