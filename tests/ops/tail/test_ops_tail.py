"""tail: what it shows, and how little it does to the queue."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from ops.common.errors import OpsError
from ops.tail.formatting import MASK, lines
from ops.tail.peek import Watch
from tests.ops.live_pipeline import Here, specimen


@pytest.fixture
def analyzed(here: Here, folder: str) -> dict[str, Any]:
    """The event of a card that came through; its message stays on the queue."""
    here.put(f"credit-card/{folder}/홍길동.png", specimen("credit-card", 1))
    [message] = here.wait_for(lambda: here.seen(here.outputs.results_queue_url))
    event: dict[str, Any] = json.loads(message["Body"])
    return event


def test_fields_are_shown_and_values_and_keys_are_not(here: Here, analyzed: dict[str, Any]) -> None:
    ended = here.ops("tail", "--looks", "1")
    assert ended.exit_code == 0, ended.output
    assert analyzed["id"] in ended.output
    assert f"totalCardNum: {MASK}" in ended.output
    assert analyzed["data"]["result"]["totalCardNum"] not in ended.output
    assert analyzed["data"]["result"]["validThru"]["value"] not in ended.output
    assert "홍길동" not in ended.output


def test_values_are_shown_on_demand(here: Here, analyzed: dict[str, Any]) -> None:
    shown = here.ops("tail", "--looks", "1", "--show-values").output
    assert analyzed["data"]["result"]["totalCardNum"] in shown
    assert analyzed["subject"] in shown


def test_by_itself_it_looks_less_often_than_takes_a_message_out_of_the_age_that_is_watched(
    here: Here, analyzed: dict[str, Any]
) -> None:
    def receives() -> int:
        [message] = here.seen(here.outputs.results_queue_url)
        return int(message["Attributes"]["ApproximateReceiveCount"])

    before = receives()
    ended = here.ops("tail")
    assert analyzed["id"] in ended.output
    assert "--looks permits more" in ended.output
    # Three receives are SQS's limit; the last of these is this test's own.
    assert receives() - before == 2 + 1


def test_a_rejection_says_why_and_foreign_messages_are_not_quoted() -> None:
    document_id = "0123456789abcdef" * 2
    document = {"documentId": document_id, "kind": None, "bucket": "b", "key": "secret.png", "eTag": "e", "size": 1}
    event = {
        "specversion": "1.0", "id": document_id, "source": "arn", "subject": "secret.png", "time": "t",
        "datacontenttype": "application/json", "type": "sealed-ocr.document.rejected.v1",
        "data": {"document": document, "rejection": {"code": "ocr-rejected", "resultCode": 4000111, "reason": "no"}},
    }  # fmt: skip
    shown = lines(json.dumps(event), show_values=False)
    assert shown == [f"t  {document_id}  unknown kind  rejected: ocr-rejected (4000111)", "  no"]
    assert "4111" not in " ".join(lines('{"card": "4111 1111"}', show_values=False))


@pytest.fixture
def queue(here: Here) -> Iterator[tuple[Any, str]]:
    """A queue of its own whose messages may be received forty times."""
    sqs = here.client("sqs")
    letters = sqs.create_queue(QueueName=f"letters-{uuid.uuid4().hex}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=letters, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "40"})
    url = sqs.create_queue(QueueName=f"watched-{uuid.uuid4().hex}", Attributes={"RedrivePolicy": policy})["QueueUrl"]
    yield sqs, url
    sqs.delete_queue(QueueUrl=url)
    sqs.delete_queue(QueueUrl=letters)


def test_messages_are_shown_once_looked_at_ever_more_seldom_and_left_to_their_consumer(
    here: Here, queue: tuple[Any, str]
) -> None:
    sqs, url = queue
    sqs.send_message(QueueUrl=url, MessageBody="one")
    pauses: list[float] = []
    seen = list(Watch(sqs, url, looks=9, sleep=pauses.append).messages())
    assert [each.body for each in seen] == ["one"]
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    [message] = here.seen(url)
    assert message["Attributes"]["ApproximateReceiveCount"] == "10"


def test_one_that_was_received_often_by_others_is_looked_at_no_more(here: Here, queue: tuple[Any, str]) -> None:
    sqs, url = queue
    sqs.send_message(QueueUrl=url, MessageBody="one")
    for _ in range(18):
        here.seen(url)
    assert len(list(Watch(sqs, url, looks=20, sleep=lambda _: None).messages())) == 1
    [message] = here.seen(url)
    assert message["Attributes"]["ApproximateReceiveCount"] == "21"


def test_new_messages_are_awaited_without_haste_or_delay(queue: tuple[Any, str]) -> None:
    sqs, url = queue
    sqs.send_message(QueueUrl=url, MessageBody="0")
    sent = iter(range(1, 4))

    def sleep(_: float) -> None:
        if (number := next(sent, None)) is not None:
            sqs.send_message(QueueUrl=url, MessageBody=str(number))

    seen = list(Watch(sqs, url, looks=6, sleep=sleep).messages())
    assert sorted(each.body for each in seen) == ["0", "1", "2", "3"]


def test_a_queue_that_forgives_few_receives_is_not_looked_at(queue: tuple[Any, str]) -> None:
    sqs, url = queue
    with pytest.raises(OpsError, match="at most 20 looks"):
        Watch(sqs, url, looks=21)
