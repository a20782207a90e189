"""redrive --queue results: dead letters of results are sent back unchanged."""

from __future__ import annotations

from typing import Any

from tests.ops.live_pipeline import LivePipeline, specimen


def dead_letter(pipeline: LivePipeline, message: dict[str, Any]) -> None:
    """Move a result to the dead-letter queue, as SQS does after too many receives."""
    sqs, outputs = pipeline.client("sqs"), pipeline.outputs
    sqs.send_message(
        QueueUrl=outputs.results_dead_letter_queue_url,
        MessageBody=message["Body"],
        MessageAttributes=message["MessageAttributes"],
    )
    sqs.delete_message(QueueUrl=outputs.results_queue_url, ReceiptHandle=message["ReceiptHandle"])


def test_results_are_sent_back_unchanged_and_not_shown(pipeline: LivePipeline, folder: str) -> None:
    for number in range(12):
        pipeline.upload(f"credit-card/{folder}/{number}.png", specimen("credit-card", 1))
    moved: dict[str, dict[str, Any]] = {}
    while len(moved) < 12:
        for message in pipeline.wait_for(lambda: pipeline.peek(pipeline.outputs.results_queue_url)):
            moved[message["Body"]] = message["MessageAttributes"]
            dead_letter(pipeline, message)
    before = pipeline.paid_calls()
    ended = pipeline.run("redrive", "--queue", "results", "--yes")
    assert ended.exit_code == 0, ended.output
    assert "Sent back: 12 results." in ended.output
    assert folder not in ended.output
    assert pipeline.peek(pipeline.outputs.results_dead_letter_queue_url) == []
    back: dict[str, dict[str, Any]] = {}
    while messages := pipeline.peek(pipeline.outputs.results_queue_url):
        for message in messages:
            back[message["Body"]] = message["MessageAttributes"]
            pipeline.client("sqs").delete_message(
                QueueUrl=pipeline.outputs.results_queue_url, ReceiptHandle=message["ReceiptHandle"]
            )
    assert back == moved
    assert pipeline.paid_calls() == before


def test_an_empty_results_queue_is_reported(pipeline: LivePipeline) -> None:
    ended = pipeline.run("redrive", "--queue", "results", "--yes")
    assert ended.exit_code == 0
    assert "has no visible message" in ended.output


def test_pay_again_is_refused_for_results(pipeline: LivePipeline) -> None:
    ended = pipeline.run("redrive", "--queue", "results", "--pay-again")
    assert ended.exit_code == 1
    assert "pays for nothing" in ended.output
