"""status and reanalyze: show one document, and analyze it again."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from ops.common.images import current_version, possible_events
from tests.ops.live_pipeline import LivePipeline, specimen


@pytest.fixture
def card(pipeline: LivePipeline, folder: str) -> tuple[str, str]:
    """Key and documentId of an ID card that was analyzed."""
    key = f"id-card/{folder}/홍 길동+1.png"
    pipeline.upload(key, specimen("resident", 1))
    [message] = pipeline.wait_for(lambda: pipeline.peek(pipeline.outputs.results_queue_url))
    document_id = json.loads(message["Body"])["id"]
    pipeline.wait_for(lambda: pipeline.is_done(document_id))
    return key, document_id


def test_a_document_is_found_by_id_and_by_key_and_its_request_key_is_not_shown(
    pipeline: LivePipeline, card: tuple[str, str]
) -> None:
    key, document_id = card
    by_id, by_key = pipeline.run("status", document_id), pipeline.run("status", "--key", key)
    assert by_id.exit_code == by_key.exit_code == 0
    assert by_id.output == by_key.output
    assert "Done: it was analyzed" in by_id.output
    assert "Request-Key: available" in by_id.output
    kept = pipeline.client("dynamodb").get_item(
        TableName=pipeline.outputs.request_keys_table_name, Key={"documentId": {"S": document_id}}
    )["Item"]
    assert kept["requestKey"]["S"].split()[-1] not in by_id.output


@pytest.mark.parametrize(
    ("values", "description"),
    [
        ({"state": "parked", "reason": "unknown-outcome"}, "Parked:"),
        ({"state": "unknown", "reason": "OutcomeUnknown"}, "its call may have been billed"),
        ({"state": "sending", "leaseUntil": 60}, "was killed, or could not record"),
        ({"state": "sending", "leaseUntil": 1 << 32}, "An attempt is under way"),
        ({"state": "free", "reason": "Transient"}, "is proven unbilled"),
        ({"state": "done", "outcome": "rejected"}, "it was rejected"),
    ],
)
def test_every_state_has_a_description(
    pipeline: LivePipeline, folder: str, values: dict[str, str | int], description: str
) -> None:
    pipeline.write_item(folder, attempts=1, updatedAt=1_700_000_000, expiresAt=1_702_592_000, **values)
    ended = pipeline.run("status", folder)
    assert ended.exit_code == 0
    assert description in ended.output
    assert "since: 2023-11-14T22:13:20.000Z" in ended.output
    if "reason" in values:
        assert f"reason: {values['reason']}" in ended.output


def test_a_document_that_the_ledger_does_not_know_is_reported(pipeline: LivePipeline, folder: str) -> None:
    ended = pipeline.run("status", folder)
    assert ended.exit_code == 1
    assert "does not know it" in ended.output


def test_a_key_instead_of_an_id_is_refused(pipeline: LivePipeline) -> None:
    ended = pipeline.run("status", "id-card/someone.png")
    assert ended.exit_code == 1
    assert "pass --key" in ended.output
    assert "someone" not in ended.output


def test_reanalyzing_asks_first_and_then_pays_once(
    pipeline: LivePipeline, card: tuple[str, str], tmp_path: Path
) -> None:
    key, document_id = card
    before, item = pipeline.paid_calls(), pipeline.item(document_id)
    refused = pipeline.run("reanalyze", key, answer="n\n")
    assert refused.exit_code == 1
    assert "will be paid for" in refused.output
    assert "has no price for" in refused.output
    priced = pipeline.run("reanalyze", key, answer="n\n", **pipeline.with_prices(tmp_path, {"id-card": 12.5}))
    assert "about 0.0125 USD." in priced.output
    assert pipeline.item(document_id) == item
    ended = pipeline.run("reanalyze", key, answer="y\n")
    assert ended.exit_code == 0, ended.output
    pipeline.wait_for(lambda: pipeline.paid_calls() > before and pipeline.is_done(document_id))
    assert pipeline.paid_calls() == before + 1
    again = [json.loads(message["Body"]) for message in pipeline.peek(pipeline.outputs.results_queue_url)]
    assert [event["id"] for event in again] == [document_id] * 2
    assert again[0]["subject"] == again[1]["subject"] == key


def test_a_freed_document_gets_one_more_attempt(pipeline: LivePipeline, card: tuple[str, str]) -> None:
    key, document_id = card
    attempts = int(pipeline.item(document_id)["attempts"])
    pipeline.run("reanalyze", key, "--yes")
    pipeline.wait_for(lambda: pipeline.is_done(document_id))
    assert int(pipeline.item(document_id)["attempts"]) == attempts + 1


@pytest.mark.parametrize(("state", "alone"), [("parked", True), ("done", False)])
def test_a_parked_document_is_analyzed_again_alone(
    pipeline: LivePipeline, card: tuple[str, str], state: str, alone: bool
) -> None:
    key, document_id = card
    pipeline.write_item(document_id, state=state, attempts=1)
    assert pipeline.run("reanalyze", key, "--yes").exit_code == 0
    pipeline.wait_for(lambda: pipeline.item(document_id).get("outcome") == "analyzed")
    assert ("suspect" in pipeline.item(document_id)) is alone


def test_a_document_that_is_being_sent_is_left_alone(pipeline: LivePipeline, folder: str) -> None:
    key = f"id-card/{folder}/card.png"
    with pipeline.without_notifications():
        pipeline.upload(key, specimen("resident", 1))
    event = possible_events(current_version(pipeline.client("s3"), pipeline.outputs.image_bucket_name, key))[0]
    pipeline.write_item(
        event.document_id, state="sending", attempts=1, leaseUntil=int(time.time()) + 600, attemptId="another"
    )
    item, before = pipeline.item(event.document_id), pipeline.paid_calls()
    ended = pipeline.run("reanalyze", key, "--yes")
    assert ended.exit_code == 1
    assert "nothing was changed" in ended.output
    assert pipeline.item(event.document_id) == item
    assert pipeline.paid_calls() == before


def test_an_image_that_the_ledger_does_not_know_is_sent(pipeline: LivePipeline, folder: str) -> None:
    key = f"credit-card/{folder}/card.png"
    with pipeline.without_notifications():
        pipeline.upload(key, specimen("credit-card", 1))
    event = possible_events(current_version(pipeline.client("s3"), pipeline.outputs.image_bucket_name, key))[0]
    assert pipeline.run("reanalyze", key, "--yes").exit_code == 0
    pipeline.wait_for(lambda: pipeline.is_done(event.document_id))
