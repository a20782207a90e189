"""lock-guard: shows what counts for the person of a document, and releases the person."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.ops.live_pipeline import LivePipeline

DAY = 86_400


def count(pipeline: LivePipeline, document_id: str, **values: Any) -> None:
    """Let the document lead to a person of its own, with these attributes in the guard's item."""
    table = pipeline.outputs.request_keys_table_name
    card: dict[str, str | int] = {
        "state": "spent",
        "idType": "resident",
        "keyHash": "hash",
        "keyExpiresAt": 0,
        "person": f"code of {document_id}",
    }
    pipeline.put_item(table, document_id, card)
    typed = {
        name: {"N": str(value)} if isinstance(value, int) else {"SS": sorted(value)} for name, value in values.items()
    }
    item = {"documentId": {"S": guard(document_id)}, "expiresAt": {"N": "4000000000"}, **typed}
    pipeline.client("dynamodb").put_item(TableName=table, Item=item)


def guard(document_id: str) -> str:
    return f"guard:code of {document_id}"


def counted(pipeline: LivePipeline, document_id: str) -> dict[str, Any]:
    found = pipeline.client("dynamodb").get_item(
        TableName=pipeline.outputs.request_keys_table_name, Key={"documentId": {"S": guard(document_id)}}
    )
    item: dict[str, Any] = found.get("Item", {})
    return item


def entries(*ends: int) -> set[str]:
    return {f"{end} {place:064}" for place, end in enumerate(ends)}


@pytest.fixture
def now() -> int:
    return int(time.time())


def test_what_counts_is_shown_without_the_code_of_the_person(pipeline: LivePipeline, folder: str, now: int) -> None:
    held = entries(now + DAY, now + 2 * DAY, now + 3 * DAY, now - 1)
    count(pipeline, folder, held=held, false=entries(now + DAY), busyUntil=now - 1000)
    ended = pipeline.run("lock-guard", folder)
    assert ended.exit_code == 0, ended.output
    assert "False claims about the person: 1 of 3" in ended.output
    assert "count as false: 2" in ended.output
    assert "let through: 0" in ended.output
    assert "code of" not in ended.output
    report = json.loads(pipeline.run("lock-guard", folder, "--json").stdout)
    assert (report["falseClaims"], report["unknownClaims"], report["attemptsLeft"]) == (1, 2, 0)
    assert (report["lockedUntil"], report["released"]) == (None, False)
    assert set(counted(pipeline, folder)["held"]["SS"]) == held


def test_a_release_asks_first_and_then_forgets_everything(pipeline: LivePipeline, folder: str, now: int) -> None:
    held = entries(now + DAY, now + 2 * DAY)
    count(pipeline, folder, held=held, false=held, lockedUntil=now + DAY, busyUntil=now - 1000)
    refused = pipeline.run("lock-guard", folder, "--release", answer="n\n")
    assert refused.exit_code == 1
    assert "Forget 2 claims about this person?" in refused.output
    assert "The authority has locked the card" in refused.output
    assert "held" in counted(pipeline, folder)
    unasked = pipeline.run("lock-guard", folder, "--release")
    assert unasked.exit_code == 2
    assert "held" in counted(pipeline, folder)
    ended = pipeline.run("lock-guard", folder, "--release", answer="y\n")
    assert ended.exit_code == 0, ended.output
    assert "Released" in ended.output
    assert counted(pipeline, folder).keys() == {"documentId", "busyUntil", "expiresAt"}
    again = pipeline.run("lock-guard", folder, "--release", "--yes", "--json")
    assert again.exit_code == 0
    report = json.loads(again.stdout)
    assert (report["attemptsLeft"], report["released"]) == (3, False)


@pytest.mark.parametrize("seconds", [-250, 0, 60])
def test_a_person_with_a_claim_under_way_is_not_released(
    pipeline: LivePipeline, folder: str, now: int, seconds: int
) -> None:
    count(pipeline, folder, held=entries(now + DAY), busyUntil=now + seconds)
    ended = pipeline.run("lock-guard", folder, "--release", "--yes")
    assert ended.exit_code == 1
    assert "nothing was changed" in ended.output
    assert "held" in counted(pipeline, folder)


def test_a_document_without_a_claim_is_not_known(pipeline: LivePipeline, folder: str) -> None:
    ended = pipeline.run("lock-guard", folder, "--release", "--yes")
    assert ended.exit_code == 1
    assert "no claim about this document is known" in ended.output
    assert counted(pipeline, folder) == {}


def test_a_key_instead_of_an_id_is_refused(pipeline: LivePipeline) -> None:
    ended = pipeline.run("lock-guard", "id-card/someone.png")
    assert ended.exit_code == 1
    assert "someone" not in ended.output
