"""reconcile: the vendor's bill against the counts of the functions and the ledger."""

from __future__ import annotations

import json
import time
import uuid

import pytest
from sealed_ocr.common.billed_call import BilledCall
from sealed_ocr.runtime.call_counts import CallEnd, attribute, month_at, month_item

from ops.billing.command import compare
from ops.billing.month import bounds, doubtful_calls
from tests.ops.live_pipeline import LivePipeline, specimen

MONTH = "2025-02"


def ends(answered: int = 0, doubtful: int = 0, without_result: int = 0, unconfirmed: int = 0) -> dict[CallEnd, int]:
    return {
        CallEnd.ANSWERED: answered,
        CallEnd.DOUBTFUL: doubtful,
        CallEnd.WITHOUT_RESULT: without_result,
        CallEnd.UNCONFIRMED: unconfirmed,
    }


@pytest.mark.unit
@pytest.mark.parametrize(
    ("billed", "counted", "says", "explained"),
    [
        (10, ends(10), "they agree", True),
        (12, ends(10, doubtful=2), "2 more; they are explained", True),
        (13, ends(10, without_result=3), "3 more; they are explained", True),
        (13, ends(10, doubtful=1), "2 of them are not explained", False),
        (9, ends(10), "1 fewer than were answered", False),
        (9, ends(10, unconfirmed=1), "1 fewer than were answered", True),
        (0, ends(), "they agree", True),
    ],
)
def test_a_difference_is_explained_by_the_calls_that_may_have_been_billed(
    billed: int, counted: dict[CallEnd, int], says: str, explained: bool
) -> None:
    sentence, holds = compare(billed, counted)
    assert says in sentence
    assert holds is explained


@pytest.mark.unit
@pytest.mark.parametrize(
    ("state", "attempts", "lease", "calls"),
    [
        ("done", 1, 0, 0),
        ("done", 2, 0, 1),
        ("unknown", 1, 0, 1),
        ("parked", 2, 0, 2),
        ("free", 0, 0, 0),
        ("free", 1, 0, 1),
        ("sending", 2, 101, 1),
        ("sending", 2, 99, 2),
    ],
)
def test_attempts_without_an_answer_are_possibly_billed(state: str, attempts: int, lease: int, calls: int) -> None:
    assert doubtful_calls({"state": state, "attempts": attempts, "leaseUntil": lease}, 100) == calls


@pytest.mark.unit
def test_a_month_is_koreas() -> None:
    begin, end = bounds("2026-12")
    assert end - begin == 31 * 86_400
    months = [month_at(second) for second in (begin - 1, begin, end - 1, end)]
    assert months == ["2026-11", "2026-12", "2026-12", "2027-01"]
    # 2026-11-30T15:00:00Z.
    assert begin == 1_796_050_800


def test_each_kind_on_the_bill_is_compared_and_the_doubtful_documents_are_listed(pipeline: LivePipeline) -> None:
    begin, _ = bounds(MONTH)
    parked, done, earlier = (uuid.uuid4().hex for _ in range(3))
    pipeline.write_item(parked, state="parked", attempts=2, reason="unknown-outcome", updatedAt=begin)
    pipeline.write_item(done, state="done", attempts=1, outcome="analyzed", updatedAt=begin + 5)
    pipeline.write_item(earlier, state="parked", attempts=2, reason="unknown-outcome", updatedAt=begin - 1)
    numbers = {
        attribute(CallEnd.ANSWERED, BilledCall.CREDIT_CARD): 1200,
        attribute(CallEnd.DOUBTFUL, BilledCall.CREDIT_CARD): 2,
        attribute(CallEnd.ANSWERED, BilledCall.ID_CARD): 7,
    }
    pipeline.put_item(pipeline.outputs.documents_table_name, month_item(MONTH), numbers)
    verdicts = {attribute(CallEnd.ANSWERED, BilledCall.VERIFICATION): 3}
    pipeline.put_item(pipeline.outputs.request_keys_table_name, month_item(MONTH), verdicts)
    good = pipeline.run("reconcile", MONTH, "--billed", "credit-card=1202", "--billed", "verification=3")
    assert good.exit_code == 0, good.output
    assert "credit-card: 1,202 billed, 1,200 answered, 2 more; they are explained" in good.output
    assert "id-card: not on the bill that you gave; 7 answered." in good.output
    assert "verification: 3 billed, 3 answered: they agree." in good.output
    assert f"{parked}  2 calls; it is parked, unknown-outcome" in good.output
    assert "2025-01-31T15:00:00" in good.output
    assert "2 calls in all" in good.output
    assert not any(document in good.output for document in (done, earlier))
    wrong = pipeline.run("reconcile", MONTH, "--billed", "id-card=9")
    assert wrong.exit_code == 1
    assert "2 of them are not explained" in wrong.output


@pytest.mark.parametrize("arguments", [("2026-13", "id-card=1"), ("2026-11", "passport=1"), ("2026-11", "id-card")])
def test_what_cannot_be_read_is_refused(pipeline: LivePipeline, arguments: tuple[str, str]) -> None:
    month, billed = arguments
    assert pipeline.run("reconcile", month, "--billed", billed).exit_code == 1


def test_an_analysis_is_counted_in_its_month(pipeline: LivePipeline, folder: str) -> None:
    def counted() -> int:
        item = pipeline.item(month_item(month_at(time.time())))
        return int(item.get(attribute(CallEnd.ANSWERED, BilledCall.ID_CARD), 0))

    before = counted()
    pipeline.upload(f"id-card/{folder}/a.png", specimen("resident", 1))
    [message] = pipeline.wait_for(lambda: pipeline.peek(pipeline.outputs.results_queue_url))
    assert json.loads(message["Body"])["type"].endswith("analyzed.v1")
    pipeline.wait_for(lambda: counted() == before + 1)
    assert "ID-card calls in" in pipeline.run("status").output
