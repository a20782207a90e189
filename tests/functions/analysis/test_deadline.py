"""An invocation starts a call only if the call fits before the deadline, by a stopped clock."""

import pytest
from sealed_ocr.analysis import deadline
from sealed_ocr.analysis.deadline import InvocationDeadline

pytestmark = pytest.mark.unit

NOW = 1_000_000.0


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch) -> None:
    class Time:
        monotonic = staticmethod(lambda: NOW)

    monkeypatch.setattr(deadline, "time", Time)


@pytest.mark.parametrize(("seconds", "allowed"), [(-1, False), (39.99, False), (40, True), (40.01, True), (900, True)])
def test_a_call_starts_only_if_it_fits_before_the_deadline(seconds, allowed) -> None:
    assert InvocationDeadline(NOW + seconds, 40).allows_ocr_call() is allowed


def test_no_call_starts_after_a_halt() -> None:
    budget = InvocationDeadline(NOW + 900, 40)
    budget.stop_ocr_calls()
    assert not budget.allows_ocr_call()
