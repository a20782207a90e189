"""Calls are counted by month, kind and end, in one write, and a doubt about the write is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.table import Table
from sealed_ocr.common.billed_call import BilledCall
from sealed_ocr.runtime.call_counts import CallCounts, CallEnd, month_at

from emulator.faults.kinds import NotJson, ResultCode
from emulator.testing import Emulator
from tests.support.analyze_parts import LEASE, Parts
from tests.support.documents import draw
from tests.support.proxy import Proxy
from tests.support.stage import Stage

# 2026-11-30T14:59:00Z, a minute before midnight in Korea.
NOW = 1_796_050_740


@pytest.fixture
def table(function_clients: Any, stage: Stage) -> Table:
    return Table(function_clients.dynamodb, stage.documents)


def counted(stage: Stage, month: str = "2026-11") -> dict[str, int]:
    """The numbers of a month."""
    found = stage.aws.dynamodb.get_item(TableName=stage.documents, Key={"documentId": {"S": f"billed:{month}"}})
    return {name: int(value["N"]) for name, value in found.get("Item", {}).items() if "_" in name}


def counted_now(stage: Stage) -> dict[str, int]:
    """The numbers of all months in which the test may run."""
    now = time.time()
    return counted(stage, month_at(now)) or counted(stage, month_at(now - 86_400))


def test_an_invocation_writes_once_for_all_kinds(table: Table, stage: Stage, proxy: Proxy) -> None:
    counts = CallCounts(lambda: NOW)
    for _ in range(3):
        counts.count(BilledCall.CREDIT_CARD, CallEnd.ANSWERED)
    counts.count(BilledCall.ID_CARD_STAND_ALONE, CallEnd.DOUBTFUL)
    counts.flush(table)
    assert len(proxy.made("UpdateItem")) == 1
    counts.flush(table)
    assert len(proxy.made("UpdateItem")) == 1
    counts.count(BilledCall.CREDIT_CARD, CallEnd.ANSWERED)
    counts.flush(table)
    assert counted(stage) == {"answered_credit_card": 4, "doubtful_id_card_stand_alone": 1}
    found = stage.aws.dynamodb.get_item(TableName=stage.documents, Key={"documentId": {"S": "billed:2026-11"}})
    assert int(found["Item"]["expiresAt"]["N"]) - NOW == 430 * 86_400


def test_a_call_after_midnight_in_korea_is_in_the_next_month(table: Table, stage: Stage) -> None:
    now = [NOW]
    counts = CallCounts(lambda: now[0])
    counts.count(BilledCall.ID_CARD, CallEnd.ANSWERED)
    now[0] += 60
    counts.count(BilledCall.ID_CARD, CallEnd.ANSWERED)
    counts.flush(table)
    assert counted(stage) == counted(stage, "2026-12") == {"answered_id_card": 1}


def test_a_count_that_was_not_confirmed_is_said_to_be_in_doubt(table: Table, stage: Stage, proxy: Proxy) -> None:
    counts = CallCounts(lambda: NOW)
    counts.count(BilledCall.ID_CARD, CallEnd.ANSWERED)
    proxy.fault("UpdateItem", "refuse", code="AccessDeniedException", status=400)
    with pytest.raises(AwsError):
        counts.flush(table)
    proxy.reset()
    counts.count(BilledCall.ID_CARD, CallEnd.ANSWERED)
    counts.flush(table)
    assert counted(stage) == {"answered_id_card": 1, "unconfirmed_id_card": 1}


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (None, {"answered_credit_card": 1}),
        (ResultCode(operation="credit-card", result_code=5000001), {}),
        (NotJson(operation="credit-card"), {"doubtful_credit_card": 1}),
        (ResultCode(operation="credit-card", result_code=4000111), {"without_result_credit_card": 1}),
        (ResultCode(operation="credit-card", result_code=5003013), {"without_result_credit_card": 1}),
    ],
    ids=["answered", "unbilled", "unknown", "rejected", "engine failed"],
)
def test_an_analysis_is_counted_by_its_end(
    make: Callable[..., Parts],
    stage: Stage,
    emulator: Emulator,
    table: Table,
    fault: ResultCode | NotJson | None,
    expected: dict[str, int],
) -> None:
    parts = make()
    if fault:
        emulator.fault(fault)
    stage.announce(stage.upload(draw("credit-card"), "credit-card/a.png"))
    parts.deliver()
    parts.observability.calls.flush(table)
    stage.collect()
    assert counted_now(stage) == expected


@pytest.mark.parametrize(
    ("kills", "expected"), [(1, {"doubtful_id_card": 1, "answered_id_card": 1}), (2, {"doubtful_id_card": 1})]
)
def test_the_call_of_a_killed_function_is_counted_when_its_document_comes_again(
    make: Callable[..., Parts], stage: Stage, table: Table, kills: int, expected: dict[str, int]
) -> None:
    parts = make()
    stage.announce(stage.upload(draw("resident"), "id-card/a.png"))
    (document,) = stage.documents_announced()
    for _ in range(kills):
        # Nothing follows the claim: the function was killed.
        parts.ledger.claim(document.document_id, take_over=True)
        parts.clock.ahead += LEASE + 1
    parts.deliver()
    parts.observability.calls.flush(table)
    assert counted_now(stage) == expected
    assert len(stage.collect_dead_letters()) == (kills == 2)
