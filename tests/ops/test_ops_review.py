"""The tools reach the queue for review of a stack that has one, and say so of a stack that has none."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest

from tests.ops.live_pipeline import LivePipeline

EXAMPLE = Path(__file__).resolve().parents[2] / "schemas" / "examples" / "credit-card.json"


@pytest.fixture
def review(pipeline: LivePipeline, tmp_path: Path) -> dict[str, str]:
    """The outputs of the stack with a queue for review, and the variables that select it."""
    sqs, name = pipeline.client("sqs"), f"review-{uuid.uuid4().hex}"
    dead_letters = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead_letters, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 500})
    queue = sqs.create_queue(QueueName=name, Attributes={"RedrivePolicy": policy})["QueueUrl"]
    outputs = json.loads(Path(pipeline.environment["SEALED_OCR_OUTPUTS"]).read_text())
    changed = tmp_path / "outputs.json"
    changed.write_text(json.dumps(outputs | {"ReviewQueueUrl": queue, "ReviewDeadLetterQueueUrl": dead_letters}))
    return {"SEALED_OCR_OUTPUTS": str(changed), "queue": queue, "dead": dead_letters}


def test_tail_follows_the_queue_for_review(pipeline: LivePipeline, review: dict[str, str]) -> None:
    event = json.loads(EXAMPLE.read_text())
    pipeline.client("sqs").send_message(QueueUrl=review["queue"], MessageBody=json.dumps(event))
    ended = pipeline.run("tail", "--review", "--looks", "1", SEALED_OCR_OUTPUTS=review["SEALED_OCR_OUTPUTS"])
    assert ended.exit_code == 0, ended.output
    assert event["id"] in ended.output
    assert event["data"]["result"]["totalCardNum"] not in ended.output


def test_redrive_sends_its_dead_letters_back_to_it(pipeline: LivePipeline, review: dict[str, str]) -> None:
    pipeline.client("sqs").send_message(QueueUrl=review["dead"], MessageBody=EXAMPLE.read_text())
    command = ("redrive", "--queue", "review", "--yes")
    ended = pipeline.run(*command, SEALED_OCR_OUTPUTS=review["SEALED_OCR_OUTPUTS"])
    assert ended.exit_code == 0, ended.output
    assert "Sent back: 1 result." in ended.output
    assert [message["Body"] for message in pipeline.peek(review["queue"])] == [EXAMPLE.read_text()]
    assert pipeline.peek(review["dead"]) == []


def test_its_dead_letters_are_listed(pipeline: LivePipeline, review: dict[str, str]) -> None:
    variables = {"SEALED_OCR_OUTPUTS": review["SEALED_OCR_OUTPUTS"]}
    event = json.loads(EXAMPLE.read_text())
    pipeline.client("sqs").send_message(QueueUrl=review["dead"], MessageBody=EXAMPLE.read_text())
    # What waits for a person is no dead letter.
    pipeline.client("sqs").send_message(QueueUrl=review["queue"], MessageBody=EXAMPLE.read_text())
    ended = pipeline.run("dead-letters", "--json", **variables)
    assert ended.exit_code == 0, ended.output
    (dead_letter,) = json.loads(ended.stdout)["review"]["deadLetters"]
    assert dead_letter["documents"] == {event["data"]["document"]["documentId"]: None}
    assert "review: 1 dead letter" in ended.stderr
    assert event["data"]["result"]["totalCardNum"] not in ended.output
    assert len(pipeline.peek(review["dead"])) == 1


def test_doctor_checks_its_queues(pipeline: LivePipeline, review: dict[str, str]) -> None:
    pipeline.client("sqs").send_message(QueueUrl=review["dead"], MessageBody=EXAMPLE.read_text())
    ended = pipeline.run("doctor", SEALED_OCR_OUTPUTS=review["SEALED_OCR_OUTPUTS"])
    assert "The queue for review exists: 0 visible messages" in ended.output
    assert "The review's dead-letter queue is not empty: 1 visible message" in ended.output


def test_a_stack_without_it_lists_none(pipeline: LivePipeline) -> None:
    ended = pipeline.run("dead-letters", "--json")
    assert json.loads(ended.stdout)["review"] is None
    assert "review" not in ended.stderr


@pytest.mark.parametrize("command", [("tail", "--review"), ("redrive", "--queue", "review", "--yes")])
def test_a_stack_without_it_is_named(pipeline: LivePipeline, command: tuple[str, ...]) -> None:
    ended = pipeline.run(*command)
    assert ended.exit_code == 1
    assert "its setting reviewQueue is false" in ended.output
