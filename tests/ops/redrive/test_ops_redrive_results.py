"""redrive --queue results: results that a consumer gave up, back to it as they were."""

from __future__ import annotations

from typing import Any

from tests.ops.live_pipeline import Here, specimen


def give_up(here: Here, message: dict[str, Any]) -> None:
    """Do what SQS does after the last receive that a result has."""
    sqs, outputs = here.client("sqs"), here.outputs
    sqs.send_message(
        QueueUrl=outputs.results_dead_letter_queue_url,
        MessageBody=message["Body"],
        MessageAttributes=message["MessageAttributes"],
    )
    sqs.delete_message(QueueUrl=outputs.results_queue_url, ReceiptHandle=message["ReceiptHandle"])


def test_results_come_back_as_they_were_and_nothing_of_them_is_shown(here: Here, folder: str) -> None:
    for number in range(12):
        here.put(f"credit-card/{folder}/{number}.png", specimen("credit-card", 1))
    given_up: dict[str, dict[str, Any]] = {}
    while len(given_up) < 12:
        for message in here.wait_for(lambda: here.seen(here.outputs.results_queue_url)):
            given_up[message["Body"]] = message["MessageAttributes"]
            give_up(here, message)
    before = here.paid()
    ended = here.ops("redrive", "--queue", "results")
    assert ended.exit_code == 0, ended.output
    assert "Sent back: 12 results." in ended.output
    assert folder not in ended.output
    assert here.seen(here.outputs.results_dead_letter_queue_url) == []
    back: dict[str, dict[str, Any]] = {}
    while seen := here.seen(here.outputs.results_queue_url):
        for message in seen:
            back[message["Body"]] = message["MessageAttributes"]
            here.client("sqs").delete_message(
                QueueUrl=here.outputs.results_queue_url, ReceiptHandle=message["ReceiptHandle"]
            )
    assert back == given_up
    assert here.paid() == before


def test_none_to_send_is_said(here: Here) -> None:
    ended = here.ops("redrive", "--queue", "results")
    assert ended.exit_code == 0
    assert "No result that can be seen" in ended.output


def test_paying_again_has_no_meaning_for_results(here: Here) -> None:
    ended = here.ops("redrive", "--queue", "results", "--pay-again")
    assert ended.exit_code == 1
    assert "pays for nothing" in ended.output
