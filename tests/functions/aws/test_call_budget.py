"""The ceiling on calls holds over all instances, and what was proven unbilled does not count."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sealed_ocr.analysis.backoff import JITTER
from sealed_ocr.aws.call_budget import DAY_SECONDS, HOUR_SECONDS, CallBudget, Window, windows
from sealed_ocr.aws.clients import Clients
from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.table import Table

from emulator.faults.kinds import NotJson, ResultCode
from emulator.testing import Emulator
from tests.support.analyze_parts import Parts, metrics
from tests.support.calls import Call
from tests.support.documents import draw
from tests.support.proxy import Proxy
from tests.support.stage import Stage

Make = Callable[..., Parts]
# 2026-11-26T08:20:00Z.
NOW = 1_795_681_200
HOUR = Window(HOUR_SECONDS, 0).item(NOW)
DAY = Window(DAY_SECONDS, 0).item(NOW)


@pytest.fixture
def budget(function_clients: Clients, stage: Stage) -> Callable[..., CallBudget]:
    """Make the budget of an instance."""

    def make(per_hour: int = 0, per_day: int = 0, block: int = 4, now: Callable[[], float] = lambda: NOW) -> CallBudget:
        table = Table(function_clients.dynamodb, stage.documents)
        unrepeated = Table(function_clients.dynamodb_unrepeated, stage.documents)
        return CallBudget(table, unrepeated, windows(per_hour, per_day), block, now)

    return make


def reserved(stage: Stage, item: str) -> int:
    found = stage.aws.dynamodb.get_item(TableName=stage.documents, Key={"documentId": {"S": item}})
    return int(found.get("Item", {}).get("reserved", {}).get("N", "0"))


def take_all(budget: CallBudget) -> int:
    """Take calls until there are none; return how many there were."""
    taken = 0
    while not budget.take():
        taken += 1
    return taken


def test_the_items_are_those_of_the_hour_and_of_the_day_in_utc() -> None:
    assert (HOUR, DAY) == ("calls:2026-11-26T08", "calls:2026-11-26")
    assert Window(HOUR_SECONDS, 1).seconds_left(NOW) == 40 * 60 + 1
    assert Window(DAY_SECONDS, 1).seconds_left(NOW) == (15 * 60 + 40) * 60 + 1


def test_without_a_ceiling_nothing_is_written(budget: Callable[..., CallBudget], proxy: Proxy) -> None:
    unlimited = budget()
    assert [unlimited.take() for _ in range(100)] == [0] * 100
    unlimited.put_back()
    assert unlimited.flush() is None
    assert proxy.made("UpdateItem") == []


@pytest.mark.parametrize(
    ("per_hour", "per_day", "most"), [(10, 0, 10), (0, 10, 10), (3, 100, 3), (100, 7, 7), (1, 1, 1)]
)
def test_a_ceiling_is_used_up_to_the_last_call(
    budget: Callable[..., CallBudget], stage: Stage, per_hour: int, per_day: int, most: int
) -> None:
    one = budget(per_hour, per_day)
    assert take_all(one) == most
    assert one.flush() == 100
    if per_hour:
        assert reserved(stage, HOUR) == most
    if per_day:
        assert reserved(stage, DAY) == most
    assert take_all(budget(per_hour, per_day)) == 0


def test_the_wait_is_that_of_the_window_that_is_used_up(budget: Callable[..., CallBudget]) -> None:
    by_day = budget(100, 4)
    take_all(by_day)
    assert by_day.take() == Window(DAY_SECONDS, 1).seconds_left(NOW)
    by_hour = budget(4, 100, now=lambda: NOW + HOUR_SECONDS)
    take_all(by_hour)
    assert by_hour.take() <= HOUR_SECONDS


def test_unused_calls_are_returned_at_the_end_of_an_invocation(budget: Callable[..., CallBudget], stage: Stage) -> None:
    one = budget(10, 20)
    assert one.take() == 0
    assert (reserved(stage, HOUR), reserved(stage, DAY)) == (4, 4)
    assert one.flush() == 40
    assert (reserved(stage, HOUR), reserved(stage, DAY)) == (1, 1)
    assert take_all(budget(10, 20)) == 9


def test_a_call_that_is_put_back_can_be_taken_again(budget: Callable[..., CallBudget], stage: Stage) -> None:
    one = budget(1)
    assert one.take() == 0
    one.put_back()
    assert one.take() == 0
    assert one.take() > 0
    one.flush()
    assert reserved(stage, HOUR) == 1


def test_calls_of_an_hour_that_is_over_are_returned_to_that_hour(
    budget: Callable[..., CallBudget], stage: Stage
) -> None:
    now = [float(NOW)]
    one = budget(10, now=lambda: now[0])
    one.take()
    now[0] += HOUR_SECONDS
    assert one.take() == 0
    one.flush()
    assert (reserved(stage, HOUR), reserved(stage, Window(HOUR_SECONDS, 1).item(now[0]))) == (1, 1)


def test_at_the_ceiling_an_invocation_asks_once(budget: Callable[..., CallBudget], proxy: Proxy) -> None:
    other, one = budget(4), budget(4)
    take_all(other)
    proxy.calls.clear()
    assert all(one.take() > 0 for _ in range(20))
    # By halves: 4, 2, 1.
    assert len(proxy.made("UpdateItem")) == 3
    other.put_back()
    other.flush()
    assert one.take() > 0
    one.flush()
    assert one.take() == 0


def test_the_calls_of_a_killed_function_stay_reserved(budget: Callable[..., CallBudget]) -> None:
    assert budget(10).take() == 0
    # No flush: the function was killed.
    assert take_all(budget(10)) == 6


def test_ten_instances_together_never_take_more_than_the_ceiling(budget: Callable[..., CallBudget]) -> None:
    instances = [budget(50, block=4) for _ in range(10)]
    together = threading.Barrier(10)

    def use(instance: CallBudget) -> int:
        together.wait()
        taken = 0
        for _ in range(20):
            taken += not instance.take()
            instance.flush()
        return taken

    with ThreadPoolExecutor(10) as threads:
        assert sum(threads.map(use, instances)) == 50


def is_return(call: Call) -> bool:
    return str(call.request["ExpressionAttributeValues"].get(":add_reserved", {}).get("N")).startswith("-")


def test_a_return_whose_answer_is_lost_is_not_repeated(
    budget: Callable[..., CallBudget], stage: Stage, proxy: Proxy
) -> None:
    one = budget(10)
    one.take()
    proxy.fault("UpdateItem", "drop-response", where=is_return)
    with pytest.raises(AwsError):
        one.flush()
    assert reserved(stage, HOUR) == 1
    assert len([call for call in proxy.made("UpdateItem") if is_return(call)]) == 1


def test_a_reservation_whose_answer_is_lost_costs_calls_and_never_gives_any(
    budget: Callable[..., CallBudget], proxy: Proxy
) -> None:
    proxy.fault("UpdateItem", "drop-response", times=1)
    first = budget(10)
    assert first.take() == 0
    first.flush()
    proxy.reset()
    assert take_all(budget(10)) < 10


def test_documents_past_the_ceiling_wait_for_the_next_hour(
    make: Make, stage: Stage, emulator: Emulator, proxy: Proxy, capfd: pytest.CaptureFixture[str]
) -> None:
    parts = make(per_hour=3)
    parts.clock.now = lambda: NOW
    for number in range(5):
        stage.announce(stage.upload(draw("credit-card"), f"credit-card/{number}.png"))
    assert len(parts.deliver()) == 2
    assert len(stage.collect()) == 3
    waits = [call.request["VisibilityTimeout"] for call in proxy.made("ChangeMessageVisibility")]
    assert all(2400 <= wait <= 2401 * (1 + JITTER) for wait in waits)
    states = [item["state"] for item in stage.items(stage.documents) if "state" in item]
    assert sorted(states) == ["done", "done", "done", "free", "free"]
    assert emulator.counters().paid.total == 3
    parts.observability.metrics.flush()
    printed = capfd.readouterr().out
    stage.log_output += printed
    counts = metrics(printed)
    assert counts["Calls:credit-card"] == 3
    assert "Transient:credit-card" not in counts
    parts.clock.ahead += HOUR_SECONDS
    stage.show_hidden()
    assert parts.deliver() == []
    assert len(stage.collect()) == 5
    assert emulator.counters().paid.total == 5


@pytest.mark.parametrize(
    ("fault", "left"),
    [
        (ResultCode(operation="credit-card", result_code=5000001), 4),
        (NotJson(operation="credit-card"), 3),
        (ResultCode(operation="credit-card", result_code=4000111), 3),
        (ResultCode(operation="credit-card", result_code=5003013), 3),
    ],
    ids=["unbilled", "unknown", "rejected", "engine failed"],
)
def test_only_a_call_that_is_proven_unbilled_does_not_count(
    make: Make, stage: Stage, emulator: Emulator, fault: ResultCode | NotJson, left: int
) -> None:
    parts = make(per_hour=4)
    parts.clock.now = lambda: NOW
    emulator.fault(fault)
    stage.announce(stage.upload(draw("credit-card"), "credit-card/a.png"))
    parts.deliver()
    assert reserved(stage, HOUR) == 4 - left
    emulator.clear_faults()
    stage.show_hidden()
    parts.deliver()
    stage.collect()


def test_an_image_that_vanishes_before_it_is_sealed_again_does_not_count(
    make: Make, stage: Stage, emulator: Emulator, proxy: Proxy
) -> None:
    parts = make(per_hour=4)
    parts.clock.now = lambda: NOW
    emulator.fault(ResultCode(operation="credit-card", result_code=4000302))
    readings = iter((False, True))
    proxy.fault("GetObject", "refuse", where=lambda _: next(readings, False), code="NoSuchKey", status=404)
    stage.announce(stage.upload(draw("credit-card"), "credit-card/a.png"))
    parts.deliver()
    parts.observability.metrics.flush()
    assert [event["data"]["rejection"]["code"] for event in stage.collect()] == ["image-deleted"]
    assert emulator.counters().paid.total == 0
    assert reserved(stage, HOUR) == 0
