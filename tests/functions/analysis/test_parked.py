"""A parked document gets no call without an operator's decision, however long its dead letter outlives everything."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from emulator.faults.kinds import ResetAfterBody, ResultCode
from emulator.testing import Emulator
from ops.common.ledger import OperatorLedger
from tests.support.analyze_parts import Parts
from tests.support.documents import draw
from tests.support.proxy import Proxy
from tests.support.stage import Stage

Counted = Callable[[], dict[str, float]]
DAY = 86_400


def park(parts: Parts, stage: Stage, emulator: Emulator) -> str:
    """Park a document by two unknown outcomes; return its id."""
    emulator.fault(ResetAfterBody(operation="id-card", times=None))
    stage.announce(stage.upload(draw()))
    parts.deliver()
    stage.show_hidden()
    assert parts.deliver() == []
    assert emulator.counters().calls["id-card"] == 2
    return str(stage.item()["documentId"])


def redrive(parts: Parts, stage: Stage) -> None:
    """Move the newest dead letter back, as a move task of the AWS console does, and deliver it."""
    dead_letter = stage.collect_dead_letters()[-1]
    stage.announce_text(dead_letter["body"], dead_letter["reason"])
    assert parts.deliver() == []


def pass_days(parts: Parts, stage: Stage, days: int) -> None:
    """Let ``days`` pass since the start, and DynamoDB delete the items that have expired."""
    parts.clock.ahead = days * DAY
    for item in stage.items(stage.documents):
        if int(item["expiresAt"]) < parts.clock():
            forget(stage, item["documentId"])


def forget(stage: Stage, document_id: str) -> None:
    stage.aws.dynamodb.delete_item(TableName=stage.documents, Key={"documentId": {"S": document_id}})


def test_redrives_over_forty_days_make_no_call(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    park(parts, stage, emulator)
    for number, day in enumerate((13, 26, 39), start=2):
        pass_days(parts, stage, day)
        redrive(parts, stage)
        assert len(stage.collect_dead_letters()) == number
        assert stage.item()["state"] == "parked"
    assert emulator.counters().calls["id-card"] == 2


def test_a_dead_letter_whose_item_has_expired_stays_parked(
    parts: Parts, stage: Stage, emulator: Emulator, counted: Counted
) -> None:
    forget(stage, park(parts, stage, emulator))
    redrive(parts, stage)
    first, again = stage.collect_dead_letters()
    assert again == first
    assert (stage.item()["state"], stage.item()["reason"]) == ("parked", "unknown-outcome")
    assert emulator.counters().calls["id-card"] == 2
    assert counted()["Parked"] == 2


@pytest.mark.parametrize("known", [True, False])
def test_freeing_a_parked_document_buys_exactly_one_call(
    parts: Parts, stage: Stage, emulator: Emulator, known: bool
) -> None:
    document_id = park(parts, stage, emulator)
    if not known:
        forget(stage, document_id)
    OperatorLedger(stage.aws.dynamodb, stage.documents).free(document_id, "redrive", alone=True)
    redrive(parts, stage)
    assert emulator.counters().calls["id-card"] == 3
    assert stage.item()["state"] == "parked"
    redrive(parts, stage)
    assert emulator.counters().calls["id-card"] == 3
    assert len(stage.collect_dead_letters()) == 3


def test_a_freed_attempt_that_was_not_billed_is_retried(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    document_id = park(parts, stage, emulator)
    OperatorLedger(stage.aws.dynamodb, stage.documents).free(document_id, "redrive", alone=True)
    emulator.clear_faults()
    emulator.fault(ResultCode(operation="id-card", times=2, result_code=5000503))
    dead_letter = stage.collect_dead_letters()[-1]
    stage.announce_text(dead_letter["body"], dead_letter["reason"])
    for _ in range(2):
        assert len(parts.deliver()) == 1
        stage.show_hidden()
    assert parts.deliver() == []
    assert len(stage.collect()) == 1


def test_a_freed_document_is_not_parked_by_a_late_delivery(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy
) -> None:
    document_id = park(parts, stage, emulator)
    operator = OperatorLedger(stage.aws.dynamodb, stage.documents)
    proxy.fault(
        "SendMessage",
        "pass",
        1,
        where=lambda call: call.resource == f"{stage.name}-dead",
        first=lambda: operator.free(document_id, "reanalyze", alone=True),
    )
    redrive(parts, stage)
    assert stage.item()["state"] == "free"


def test_uploads_beside_a_malformed_record_are_not_processed_again_with_its_dead_letter(
    parts: Parts, stage: Stage, emulator: Emulator
) -> None:
    uploaded = stage.upload(draw())
    stage.announced.append(uploaded)
    stage.announce_text(json.dumps({"Records": [uploaded.record, {"eventName": "malformed"}]}))
    assert parts.deliver() == []
    forget(stage, str(stage.item()["documentId"]))
    redrive(parts, stage)
    assert [letter["reason"] for letter in stage.collect_dead_letters()] == ["malformed-event"] * 2
    assert emulator.counters().calls["id-card"] == 1
