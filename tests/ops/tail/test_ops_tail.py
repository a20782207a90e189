"""tail: what it shows, and how seldom it receives a message."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sealed_ocr.analysis.encoding import message_encoder

from ops.common.errors import OpsError
from ops.tail.formatting import MASK, message_lines, read_message
from ops.tail.peek import QueuePeeker
from tests.ops.live_pipeline import ROOT, LivePipeline, specimen
from tests.support.consumer_keys import ec_key, jwk_set, public, write
from tests.support.documents import NAME
from tests.support.sealing import message, rejection
from workstation.private_keys import PrivateKeys


@pytest.fixture
def analyzed(pipeline: LivePipeline, folder: str) -> dict[str, Any]:
    """The event of an analyzed card. Its message stays on the queue."""
    pipeline.upload(f"credit-card/{folder}/홍길동.png", specimen("credit-card", 1))
    [message] = pipeline.wait_for(lambda: pipeline.peek(pipeline.outputs.results_queue_url))
    event: dict[str, Any] = json.loads(message["Body"])
    return event


def test_fields_are_shown_without_values_and_keys(pipeline: LivePipeline, analyzed: dict[str, Any]) -> None:
    ended = pipeline.run("tail", "--looks", "1")
    assert ended.exit_code == 0, ended.output
    assert analyzed["id"] in ended.output
    assert f"totalCardNum: {MASK}" in ended.output
    assert analyzed["data"]["result"]["totalCardNum"] not in ended.output
    assert analyzed["data"]["result"]["validThru"]["value"] not in ended.output
    assert "홍길동" not in ended.output


def test_values_are_shown_on_demand(pipeline: LivePipeline, analyzed: dict[str, Any]) -> None:
    shown = pipeline.run("tail", "--looks", "1", "--show-values").output
    assert analyzed["data"]["result"]["totalCardNum"] in shown
    assert analyzed["subject"] in shown


def test_by_default_a_message_stays_below_the_receives_after_which_its_age_is_not_counted(
    pipeline: LivePipeline, analyzed: dict[str, Any]
) -> None:
    def receives() -> int:
        [message] = pipeline.peek(pipeline.outputs.results_queue_url)
        return int(message["Attributes"]["ApproximateReceiveCount"])

    before = receives()
    ended = pipeline.run("tail")
    assert analyzed["id"] in ended.output
    assert "--looks permits more" in ended.output
    # Three receives are SQS's limit; the last of these is this test's own.
    assert receives() - before == 2 + 1


def test_a_rejection_shows_its_reason_and_foreign_messages_are_not_quoted() -> None:
    document_id = "0123456789abcdef" * 2
    document = {"documentId": document_id, "kind": None, "bucket": "b", "key": "secret.png", "eTag": "e", "size": 1}
    event = {
        "specversion": "1.0", "id": document_id, "source": "arn", "subject": "secret.png", "time": "t",
        "datacontenttype": "application/json", "type": "sealed-ocr.document.rejected.v1",
        "data": {"document": document, "rejection": {"code": "ocr-rejected", "resultCode": 4000111, "reason": "no"}},
    }  # fmt: skip
    shown = message_lines(read_message(json.dumps(event), show_values=False))
    assert shown == [f"t  {document_id}  unknown kind  rejected: ocr-rejected (4000111)", "  no"]
    assert "4111" not in " ".join(message_lines(read_message('{"card": "4111 1111"}', show_values=False)))


def test_an_erasure_shows_the_document() -> None:
    event = json.loads((ROOT / "schemas" / "examples" / "erased.json").read_text())
    report = read_message(json.dumps(event), show_values=True)
    assert report.type == "erased"
    assert message_lines(report) == [f"{event['time']}  {event['data']['document']['documentId']}  erased"]


def test_a_delay_shows_its_reason_and_no_key() -> None:
    event = json.loads((ROOT / "schemas" / "examples" / "delayed.json").read_text())
    document_id = event["data"]["document"]["documentId"]
    first, reason = message_lines(read_message(json.dumps(event), show_values=False))
    assert first == f"{event['time']}  {document_id}  credit-card  delayed: unknown-outcome"
    assert event["data"]["delay"]["reason"] in reason
    assert event["subject"] in message_lines(read_message(json.dumps(event), show_values=True))[1]


KEY = ec_key("our-key")
RESULT = {"keyValues": [{"key": "name", "value": "갈매기끼룩", "conf": 0.9}]}


def lines(body: str, path: Path | None, *, show_values: bool = False) -> str:
    opener = PrivateKeys.from_file(path) if path else None
    return "\n".join(message_lines(read_message(body, show_values=show_values, opener=opener)))


def test_a_sealed_message_shows_its_outcome_and_what_is_missing(tmp_path: Path) -> None:
    encoder = message_encoder(jwk_set(public(KEY)))
    document_id = "0" * 32
    time = "2026-11-18T11:06:40.000Z"
    assert lines(encoder.encode(message(RESULT)).body, None).splitlines() == [
        f"{time}  {document_id}  id-card  analyzed",
        "  sealed to the key our-key; --private-key opens it",
    ]
    another = write(tmp_path / "another.json", ec_key("another"))
    body = encoder.encode(rejection("image-empty")).body
    assert lines(body, another).splitlines() == [
        f"{time}  {document_id}  id-card  rejected: image-empty",
        "  the message is sealed to the key 'our-key'; the file has another",
    ]
    assert read_message(body, show_values=True).sealed_to == "our-key"
    assert NAME not in lines(body, None, show_values=True)


def test_a_private_key_opens_it_and_values_stay_masked_without_show_values(tmp_path: Path) -> None:
    body = message_encoder(jwk_set(public(KEY))).encode(message(RESULT)).body
    path = write(tmp_path / "key.json", KEY)
    masked, shown = lines(body, path), lines(body, path, show_values=True)
    assert f"  name: {MASK}  (0.9)" in masked
    assert NAME not in masked
    assert "갈매기끼룩" not in masked
    assert "  name: 갈매기끼룩  (0.9)" in shown
    assert f"  key: id-card/{NAME}.png" in shown


def test_tail_takes_the_private_key_from_a_file(pipeline: LivePipeline, tmp_path: Path) -> None:
    url = pipeline.outputs.results_queue_url
    body = message_encoder(jwk_set(public(KEY))).encode(message(RESULT)).body
    pipeline.client("sqs").send_message(QueueUrl=url, MessageBody=body)
    path = str(write(tmp_path / "key.json", KEY))
    assert "--private-key opens it" in pipeline.run("tail", "--looks", "1").output
    opened = pipeline.run("tail", "--looks", "1", "--show-values", "--private-key", path).output
    assert "갈매기끼룩" in opened
    [still_sealed] = pipeline.peek(url)
    assert still_sealed["Body"] == body
    refused = pipeline.run("tail", "--private-key", str(tmp_path / "missing.json"))
    assert refused.exit_code == 1
    assert "the file of the private key cannot be read" in refused.output


@pytest.fixture
def queue(pipeline: LivePipeline) -> Iterator[tuple[Any, str]]:
    """A queue for one test whose messages may be received forty times."""
    sqs = pipeline.client("sqs")
    dead_letters = sqs.create_queue(QueueName=f"dead-letters-{uuid.uuid4().hex}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead_letters, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "40"})
    url = sqs.create_queue(QueueName=f"peeked-{uuid.uuid4().hex}", Attributes={"RedrivePolicy": policy})["QueueUrl"]
    yield sqs, url
    sqs.delete_queue(QueueUrl=url)
    sqs.delete_queue(QueueUrl=dead_letters)


def test_a_message_is_shown_once_received_less_and_less_often_and_stays_visible(
    pipeline: LivePipeline, queue: tuple[Any, str]
) -> None:
    sqs, url = queue
    sqs.send_message(QueueUrl=url, MessageBody="one")
    pauses: list[float] = []
    seen = list(QueuePeeker(sqs, url, looks=9, sleep=pauses.append).messages())
    assert [each.body for each in seen] == ["one"]
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    [message] = pipeline.peek(url)
    assert message["Attributes"]["ApproximateReceiveCount"] == "10"


def test_a_message_that_others_received_often_is_not_received_again(
    pipeline: LivePipeline, queue: tuple[Any, str]
) -> None:
    sqs, url = queue
    sqs.send_message(QueueUrl=url, MessageBody="one")
    for _ in range(18):
        pipeline.peek(url)
    assert len(list(QueuePeeker(sqs, url, looks=20, sleep=lambda _: None).messages())) == 1
    [message] = pipeline.peek(url)
    assert message["Attributes"]["ApproximateReceiveCount"] == "21"


def test_new_messages_reset_the_pause(queue: tuple[Any, str]) -> None:
    sqs, url = queue
    sqs.send_message(QueueUrl=url, MessageBody="0")
    sent = iter(range(1, 4))

    def sleep(_: float) -> None:
        if (number := next(sent, None)) is not None:
            sqs.send_message(QueueUrl=url, MessageBody=str(number))

    seen = list(QueuePeeker(sqs, url, looks=6, sleep=sleep).messages())
    assert sorted(each.body for each in seen) == ["0", "1", "2", "3"]


def test_more_looks_than_half_of_the_permitted_receives_are_refused(queue: tuple[Any, str]) -> None:
    sqs, url = queue
    with pytest.raises(OpsError, match="at most 20 looks"):
        QueuePeeker(sqs, url, looks=21)
