"""Messages that cannot be processed, and claims that the example's handler leaves to people."""

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
from handler import DocumentHandler
from inbox import BeginResult, Inbox, MemoryInbox
from messages import Event, read_message
from verification_client import RetryLater, VerificationClient, VerificationResult

from local.pipeline.pipeline import Pipeline
from local.processes.child import ROOT
from tests.examples.consumer_process import count_messages
from tests.support.erased_message import erased_message
from tests.support.polling import PATIENCE


class FailingHandler(DocumentHandler):
    """Fails with a given exception."""

    def __init__(self, failure: Exception) -> None:
        super().__init__(None)
        self._failure = failure

    def handle(self, event: object) -> None:
        raise self._failure


def process_once(pipeline: Pipeline, event: dict[str, Any], inbox: Inbox, handler: DocumentHandler) -> tuple[int, int]:
    """Let a consumer process the event in its own queue; return how many messages are visible and in flight then."""
    queue = pipeline.aws.sqs.create_queue(QueueName=f"own-{uuid.uuid4().hex}")["QueueUrl"]
    pipeline.aws.sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(event))
    stopping = threading.Event()

    class OneMessageConsumer(Consumer):
        def _process(self, message: Any) -> None:
            stopping.set()
            super()._process(message)

    OneMessageConsumer(pipeline.aws.sqs, queue, inbox, handler).run(stopping, 1)
    return count_messages(pipeline, queue)


@pytest.mark.parametrize(
    "failure", [RuntimeError("홍길동"), RetryLater("홍길동 is not logged here", 0)], ids=["fault", "later"]
)
def test_a_message_whose_processing_fails_is_delivered_again(
    pipeline: Pipeline, messages: dict[str, dict[str, Any]], failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "consumer")
    inbox = MemoryInbox()
    # After an error it stays hidden until its visibility timeout. RetryLater sets the time itself.
    assert process_once(pipeline, messages["driver"], inbox, FailingHandler(failure)) == (
        (0, 1) if isinstance(failure, RuntimeError) else (1, 0)
    )
    assert inbox.begin(messages["driver"]["id"]) is BeginResult.BEGUN
    assert isinstance(failure, RetryLater) or "홍길동" not in caplog.text


class UnusedClient(VerificationClient):
    """Must not be called."""

    def __init__(self) -> None:
        pass

    def verify(self, document_id: str, claim: dict[str, str]) -> VerificationResult:
        raise AssertionError(document_id)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda data: data["verification"]["missing"].append("issueDate"), "a person must add issueDate"),
        (lambda data: data["verification"].update(withheld=["residentNumber"]), "a person must add residentNumber"),
        (
            lambda data: (
                data["verification"].update(withheld=["issueDate"], sealedClaim="AAAA")
                or data.update(withheld={"omitted": ["issueDate"], "masked": []})
                or data["result"]["keyValues"].append({"key": "issueDate", "conf": 0.89})
            ),
            "a person must check issueDate",
        ),
        (lambda data: data["result"]["keyValues"][2].update(conf=0.89), "a person must check "),
        (lambda data: data["result"]["keyValues"][2].update(conf=None), "a person must check "),
        (
            lambda data: (
                data["verification"].update(request={"idType": "passport"})
                or data["result"]["keyValues"][3].update(conf=0.1)
            ),
            "a person must check issuer",
        ),
        (lambda data: data["verification"].update(expiresAt="2020-01-01T00:00:00.000Z"), "the offer has expired"),
        (lambda data: data.pop("verification"), "no verdict requested"),
    ],
    ids=["missing", "withheld", "withheld-unsure", "unsure", "no-confidence", "unsure-passport", "late", "no-offer"],
)
def test_no_harmful_verdict_is_requested(
    change: Callable[[dict[str, Any]], None], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "consumer")
    event = json.loads((ROOT / "schemas" / "examples" / "resident.json").read_text())
    event["data"]["verification"]["expiresAt"] = "2999-01-01T00:00:00.000Z"
    change(event["data"])
    DocumentHandler(UnusedClient()).handle(read_message(json.dumps(event)))
    assert reason in caplog.text


def test_a_document_in_progress_elsewhere_is_not_processed(
    pipeline: Pipeline, messages: dict[str, dict[str, Any]]
) -> None:
    inbox = MemoryInbox()
    inbox.begin(messages["driver"]["id"])
    assert process_once(pipeline, messages["driver"], inbox, FailingHandler(AssertionError())) == (0, 1)


class RememberingHandler(DocumentHandler):
    """Remembers the ids of the events."""

    def __init__(self) -> None:
        super().__init__(None)
        self.handled: list[str] = []

    def handle(self, event: Event) -> None:
        self.handled.append(event.id)


def test_a_message_that_comes_after_the_erasure_of_its_document_is_not_processed(
    pipeline: Pipeline, messages: dict[str, dict[str, Any]]
) -> None:
    inbox, handler = MemoryInbox(), RememberingHandler()
    driver, delayed = messages["driver"], messages["delayed"]
    erasures = [erased_message(messages, each["data"]["document"]["documentId"]) for each in (driver, delayed)]
    for event in (*erasures, driver, delayed, *erasures):
        assert process_once(pipeline, event, inbox, handler) == (0, 0)
    assert handler.handled == [each["id"] for each in erasures]


def test_an_erasure_waits_for_the_message_of_its_document_that_is_in_progress(
    pipeline: Pipeline, messages: dict[str, dict[str, Any]]
) -> None:
    inbox, handler = MemoryInbox(), RememberingHandler()
    document_id = messages["driver"]["id"]
    erased = erased_message(messages, document_id)
    inbox.begin(document_id)
    assert process_once(pipeline, erased, inbox, handler) == (0, 1)
    inbox.complete(document_id)
    assert handler.handled == []
    assert process_once(pipeline, erased, inbox, handler) == (0, 0)
    assert handler.handled == [erased["id"]]


def test_an_aws_error_is_logged_by_its_code(pipeline: Pipeline, caplog: pytest.LogCaptureFixture) -> None:
    class StopAfterWait(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            self.set()
            return True

    gone = f"{pipeline.output('ResultsQueueUrl')}-gone"
    Consumer(pipeline.aws.sqs, gone, MemoryInbox(), DocumentHandler(None)).run(StopAfterWait(), 1)
    assert "NonExistentQueue" in caplog.text


@pytest.mark.parametrize(
    "wrong", [("--wait-seconds", "21"), ("--verify-url", "example.com/verify"), ("--verify-url", "htps://example.com")]
)
def test_options_that_would_fail_for_each_message_are_refused_at_start(wrong: tuple[str, str]) -> None:
    command = [sys.executable, str(ROOT / "examples" / "consumer.py"), "--queue-url", "any", *wrong]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert ended.returncode == 2
    assert wrong[0] in ended.stderr
