"""status and reanalyze: one document, in the ledger's words, and once more on purpose."""

from __future__ import annotations

import json
import time

import pytest

from ops.common.images import announcements, current
from tests.ops.live_pipeline import Here, specimen


@pytest.fixture
def card(here: Here, folder: str) -> tuple[str, str]:
    """Key and documentId of an ID card that has come through."""
    key = f"id-card/{folder}/홍 길동+1.png"
    here.put(key, specimen("resident", 1))
    [message] = here.wait_for(lambda: here.seen(here.outputs.results_queue_url))
    document_id = json.loads(message["Body"])["id"]
    here.wait_for(lambda: here.done(document_id))
    return key, document_id


def test_a_document_is_told_by_its_id_and_by_its_key_without_its_request_key(here: Here, card: tuple[str, str]) -> None:
    key, document_id = card
    by_id, by_key = here.ops("status", document_id), here.ops("status", "--key", key)
    assert by_id.exit_code == by_key.exit_code == 0
    assert by_id.output == by_key.output
    assert "Done: it was analyzed" in by_id.output
    assert "Request-Key: available" in by_id.output
    kept = here.client("dynamodb").get_item(
        TableName=here.outputs.request_keys_table_name, Key={"documentId": {"S": document_id}}
    )["Item"]
    assert kept["requestKey"]["S"] not in by_id.output


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"state": "parked", "reason": "unknown-outcome"}, "Parked:"),
        ({"state": "unknown", "reason": "OutcomeUnknown"}, "may have been billed. It waits"),
        ({"state": "sending", "leaseUntil": 60}, "killed in the middle"),
        ({"state": "sending", "leaseUntil": 1 << 40}, "with the OCR service now"),
        ({"state": "free", "reason": "Transient"}, "nothing was billed"),
        ({"state": "done", "outcome": "rejected"}, "it was rejected"),
    ],
)
def test_every_state_has_its_words(here: Here, folder: str, values: dict[str, str | int], told: str) -> None:
    here.write(folder, attempts=1, updatedAt=1_700_000_000, expiresAt=1_702_592_000, **values)
    ended = here.ops("status", folder)
    assert ended.exit_code == 0
    assert told in ended.output
    assert "since: 2023-11-14T22:13:20.000Z" in ended.output
    if "reason" in values:
        assert f"reason: {values['reason']}" in ended.output


def test_what_the_ledger_does_not_know_is_said(here: Here, folder: str) -> None:
    ended = here.ops("status", folder)
    assert ended.exit_code == 1
    assert "does not know it" in ended.output


def test_a_key_instead_of_an_id_is_told_apart(here: Here) -> None:
    ended = here.ops("status", "id-card/someone.png")
    assert ended.exit_code == 1
    assert "say --key" in ended.output
    assert "someone" not in ended.output


def test_reanalyzing_asks_first_and_then_pays_once(here: Here, card: tuple[str, str]) -> None:
    key, document_id = card
    before, item = here.paid(), here.item(document_id)
    refused = here.ops("reanalyze", key, answer="n\n")
    assert refused.exit_code == 1
    assert "will be paid for" in refused.output
    assert here.item(document_id) == item
    ended = here.ops("reanalyze", key, answer="y\n")
    assert ended.exit_code == 0, ended.output
    here.wait_for(lambda: here.paid() > before and here.done(document_id))
    assert here.paid() == before + 1
    again = [json.loads(message["Body"]) for message in here.seen(here.outputs.results_queue_url)]
    assert [event["id"] for event in again] == [document_id] * 2
    assert again[0]["subject"] == again[1]["subject"] == key


def test_a_freed_document_has_one_attempt_more_and_no_other(here: Here, card: tuple[str, str]) -> None:
    key, document_id = card
    attempts = int(here.item(document_id)["attempts"])
    here.ops("reanalyze", key, "--yes")
    here.wait_for(lambda: here.done(document_id))
    assert int(here.item(document_id)["attempts"]) == attempts + 1


@pytest.mark.parametrize(("state", "alone"), [("parked", True), ("done", False)])
def test_what_was_parked_is_read_again_apart_from_all_others(
    here: Here, card: tuple[str, str], state: str, alone: bool
) -> None:
    key, document_id = card
    here.write(document_id, state=state, attempts=1)
    assert here.ops("reanalyze", key, "--yes").exit_code == 0
    here.wait_for(lambda: here.item(document_id).get("outcome") == "analyzed")
    assert ("suspect" in here.item(document_id)) is alone


def test_a_document_that_is_being_sent_is_left_alone(here: Here, folder: str) -> None:
    key = f"id-card/{folder}/card.png"
    with here.unheard():
        here.put(key, specimen("resident", 1))
    event = announcements(current(here.client("s3"), here.outputs.image_bucket_name, key))[0]
    here.write(event.document_id, state="sending", attempts=1, leaseUntil=int(time.time()) + 600, attemptId="another")
    item, before = here.item(event.document_id), here.paid()
    ended = here.ops("reanalyze", key, "--yes")
    assert ended.exit_code == 1
    assert "nothing was done" in ended.output
    assert here.item(event.document_id) == item
    assert here.paid() == before


def test_an_image_that_the_ledger_never_knew_is_sent(here: Here, folder: str) -> None:
    key = f"credit-card/{folder}/card.png"
    with here.unheard():
        here.put(key, specimen("credit-card", 1))
    event = announcements(current(here.client("s3"), here.outputs.image_bucket_name, key))[0]
    assert here.ops("reanalyze", key, "--yes").exit_code == 0
    here.wait_for(lambda: here.done(event.document_id))
