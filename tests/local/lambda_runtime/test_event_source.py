"""The event source over moto's queues: which messages are deleted, stay, or move to the dead-letter queue."""

from __future__ import annotations

import json
import time
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from local.lambda_runtime.batch_failures import failed_messages
from local.lambda_runtime.event_source import EventSource, EventSourceMapping
from local.lambda_runtime.invocation import InvocationResult
from local.lambda_runtime.sqs_event import sqs_event
from local.pipeline.observer import NullObserver
from tests.support.polling import until

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from types_boto3_sqs.literals import QueueAttributeNameType
    from types_boto3_sqs.type_defs import MessageTypeDef

    from local.processes.aws_clients import AwsClients

    Answer = Callable[[list[dict[str, Any]]], object]

FAILURE = InvocationResult.failure("Runtime.ExitError", "as requested")


def succeed(_records: list[dict[str, Any]]) -> object:
    return {"batchItemFailures": []}


class RecordingObserver(NullObserver):
    """Records its calls with the bodies of the messages."""

    def __init__(self) -> None:
        self.bodies: dict[str, str] = {}
        self.calls: list[tuple[str, list[str], list[str]]] = []

    def received(self, message: MessageTypeDef) -> None:
        self.bodies[message["MessageId"]] = message["Body"]
        self._note("received", [message], [])

    def invoked(self, batch: Sequence[MessageTypeDef]) -> None:
        self._note("invoked", batch, [])

    def completed(self, batch: Sequence[MessageTypeDef], failed: Collection[str]) -> None:
        self._note("completed", batch, failed)

    def _note(self, what: str, batch: Sequence[MessageTypeDef], failed: Collection[str]) -> None:
        self.calls.append(
            (what, [message["Body"] for message in batch], sorted(self.bodies[message_id] for message_id in failed))
        )


class Pipe:
    """A queue, its dead-letter queue, and a function that responds as the test defines."""

    def __init__(self, aws: AwsClients, *, receives: int = 2) -> None:
        name = uuid.uuid4().hex
        self.sqs = aws.sqs
        self.dead_letters = self.sqs.create_queue(QueueName=f"{name}-dlq")["QueueUrl"]
        redrive = {"deadLetterTargetArn": self._arn(self.dead_letters), "maxReceiveCount": receives}
        attributes: dict[QueueAttributeNameType, str] = {
            "VisibilityTimeout": "600",
            "RedrivePolicy": json.dumps(redrive),
        }
        self.queue = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self.batches: list[list[dict[str, Any]]] = []
        self.observer = RecordingObserver()
        self._sources: list[EventSource] = []

    def feed(
        self, answer: Answer, *, batch_size: int = 10, window: int = 0, partial: bool = True, pollers: int = 1
    ) -> None:
        def invoke(payload: bytes) -> InvocationResult:
            records = json.loads(payload)["Records"]
            self.batches.append(records)
            answered = answer(records)
            return (
                answered if isinstance(answered, InvocationResult) else InvocationResult(json.dumps(answered).encode())
            )

        mapping = EventSourceMapping(
            queue_url=self.queue,
            queue_arn=self._arn(self.queue),
            function="trial",
            batch_size=batch_size,
            window=window,
            partial=partial,
            maximum_concurrency=10,
        )
        source = EventSource(mapping, self.sqs, invoke, pollers=pollers, observer=self.observer)
        self._sources.append(source)
        source.start()

    def send(self, *bodies: str) -> None:
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.queue, MessageBody=body)

    def counts(self, url: str) -> int:
        names: list[QueueAttributeNameType] = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
        ]
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(map(int, found.values()))

    def wait_for_completed(self, number: int) -> None:
        """Wait until so many batches are completed."""
        until(lambda: len([call for call in self.observer.calls if call[0] == "completed"]) >= number)

    def show(self, records: list[dict[str, Any]]) -> None:
        """Let time pass: make the messages of these records visible again."""
        for record in records:
            self.sqs.change_message_visibility(
                QueueUrl=self.queue, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=0
            )

    def deliveries(self) -> Counter[str]:
        return Counter(record["body"] for batch in self.batches for record in batch)

    def stop(self) -> None:
        for source in self._sources:
            source.stop()

    def _arn(self, url: str) -> str:
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


@pytest.fixture
def pipe(aws: AwsClients) -> Iterator[Pipe]:
    made = Pipe(aws)
    yield made
    made.stop()


def test_messages_that_succeed_are_deleted(pipe: Pipe) -> None:
    pipe.send("a", "b", "c")
    pipe.feed(succeed)
    until(lambda: pipe.counts(pipe.queue) == 0)
    assert pipe.deliveries() == {"a": 1, "b": 1, "c": 1}


def test_a_failed_message_is_redelivered_alone_and_moved_after_its_last_receive(pipe: Pipe) -> None:
    def fail_b(records: list[dict[str, Any]]) -> object:
        return {"batchItemFailures": [{"itemIdentifier": r["messageId"]} for r in records if r["body"] == "b"]}

    pipe.send("a", "b", "c")
    pipe.feed(fail_b)
    for number in (1, 2):
        pipe.wait_for_completed(number)
        pipe.show([record for record in pipe.batches[-1] if record["body"] == "b"])
    until(lambda: pipe.counts(pipe.dead_letters) == 1)
    assert pipe.deliveries() == {"a": 1, "b": 2, "c": 1}
    assert [r["attributes"]["ApproximateReceiveCount"] for r in pipe.batches[-1]] == ["2"]
    assert pipe.counts(pipe.queue) == 0
    (dead_letter,) = pipe.sqs.receive_message(QueueUrl=pipe.dead_letters)["Messages"]
    assert dead_letter["Body"] == "b"
    # The observer is called at each step.
    received, steps = pipe.observer.calls[:3], pipe.observer.calls[3:]
    assert received == [("received", [body], []) for body in ("a", "b", "c")]
    assert steps == [
        ("invoked", ["a", "b", "c"], []),
        ("completed", ["a", "b", "c"], ["b"]),
        ("received", ["b"], []),
        ("invoked", ["b"], []),
        ("completed", ["b"], ["b"]),
    ]


def test_the_whole_batch_fails_with_a_function_that_dies(pipe: Pipe) -> None:
    outcomes = iter([FAILURE])
    pipe.send("a", "b")
    pipe.feed(lambda _records: next(outcomes, {"batchItemFailures": []}))
    pipe.wait_for_completed(1)
    pipe.show(pipe.batches[0])
    # The two may come in one batch or in two: the second becomes visible a moment after the first.
    until(lambda: pipe.counts(pipe.queue) == 0)
    assert pipe.deliveries() == {"a": 2, "b": 2}


def test_a_visibility_timeout_set_by_the_function_remains(pipe: Pipe) -> None:
    deliveries: list[float] = []
    seconds = iter((2, 600))

    def defer(records: list[dict[str, Any]]) -> object:
        deliveries.append(time.time())
        for record in records:
            pipe.sqs.change_message_visibility(
                QueueUrl=pipe.queue, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=next(seconds)
            )
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in records]}

    pipe.send("a")
    pipe.feed(defer)
    # Neither at once nor after the queue's own visibility timeout of ten minutes.
    pipe.wait_for_completed(2)
    assert deliveries[1] - deliveries[0] > 1.99
    assert pipe.deliveries() == {"a": 2}
    assert pipe.counts(pipe.queue) == 1


def test_batches_of_more_than_ten_are_collected_within_the_window(pipe: Pipe) -> None:
    pipe.send(*map(str, range(40)))
    pipe.feed(succeed, batch_size=20, window=600)
    until(lambda: pipe.counts(pipe.queue) == 0)
    assert [len(batch) for batch in pipe.batches] == [20, 20]


def test_a_small_batch_is_delivered_when_its_window_closes(pipe: Pipe) -> None:
    pipe.send(*map(str, range(5)))
    pipe.feed(succeed, batch_size=20, window=2)
    until(lambda: pipe.counts(pipe.queue) == 0)
    assert [len(batch) for batch in pipe.batches] == [5]


def test_each_message_goes_to_one_of_several_pollers(pipe: Pipe) -> None:
    pipe.send(*map(str, range(40)))
    pipe.feed(succeed, batch_size=3, pollers=3)
    until(lambda: pipe.counts(pipe.queue) == 0)
    assert set(pipe.deliveries().values()) == {1}
    assert len(pipe.deliveries()) == 40


@pytest.mark.parametrize(
    ("payload", "failed"),
    [
        (b"null", set()),
        (b"", set()),
        (b"{}", set()),
        (b'{"batchItemFailures": []}', set()),
        (b'{"batchItemFailures": null}', set()),
        (b'{"batchItemFailures": [{"itemIdentifier": "b"}]}', {"b"}),
        (b'{"batchItemFailures": [{"itemIdentifier": "nobody"}]}', {"a", "b"}),
        (b'{"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": ""}]}', {"a", "b"}),
        (b'{"batchItemFailures": [{"itemIdentifier": null}]}', {"a", "b"}),
        (b'{"batchItemFailures": [{"identifier": "a"}]}', {"a", "b"}),
        (b'{"batchItemFailures": "a"}', {"a", "b"}),
        (b'{"batchItemFailures": 1}', {"a", "b"}),
        (b'"done"', {"a", "b"}),
        (b"[]", {"a", "b"}),
        (b"{not json", {"a", "b"}),
    ],
)
def test_which_messages_fail_by_the_response(payload: bytes, failed: set[str]) -> None:
    assert failed_messages(InvocationResult(payload), ["a", "b"], partial=True) == failed


def test_without_partial_responses_the_response_is_ignored() -> None:
    answer = InvocationResult(b'{"batchItemFailures": [{"itemIdentifier": "a"}]}')
    assert failed_messages(answer, ["a", "b"], partial=False) == set()
    assert failed_messages(FAILURE, ["a", "b"], partial=False) == {"a", "b"}


def test_the_record_has_lambda_s_shape(pipe: Pipe) -> None:
    pipe.sqs.send_message(
        QueueUrl=pipe.queue,
        MessageBody='{"name": "홍길동"}',
        MessageAttributes={
            "reason": {"DataType": "String", "StringValue": "parked"},
            "raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
        },
    )
    messages = pipe.sqs.receive_message(
        QueueUrl=pipe.queue, MessageSystemAttributeNames=["All"], MessageAttributeNames=["All"]
    )["Messages"]
    (record,) = sqs_event(messages, "arn:aws:sqs:ap-northeast-2:123456789012:uploads")["Records"]
    assert record.keys() == {
        "messageId", "receiptHandle", "body", "attributes", "messageAttributes", "md5OfBody",
        "md5OfMessageAttributes", "eventSource", "eventSourceARN", "awsRegion",
    }  # fmt: skip
    assert record["body"] == '{"name": "홍길동"}'
    assert record["eventSource"] == "aws:sqs"
    assert record["awsRegion"] == "ap-northeast-2"
    assert record["attributes"].keys() == {
        "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp",
    }  # fmt: skip
    assert record["messageAttributes"] == {
        "reason": {"stringValue": "parked", "stringListValues": [], "binaryListValues": [], "dataType": "String"},
        "raw": {"binaryValue": "AP8=", "stringListValues": [], "binaryListValues": [], "dataType": "Binary"},
    }
