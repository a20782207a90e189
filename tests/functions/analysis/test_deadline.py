"""When an invocation may still begin a call, by a clock that stands still."""

import pytest
from sealed_ocr.analysis import deadline
from sealed_ocr.analysis.deadline import Budget

pytestmark = pytest.mark.unit

NOW = 1_000_000.0


@pytest.fixture(autouse=True)
def still(monkeypatch):
    class Time:
        monotonic = staticmethod(lambda: NOW)

    monkeypatch.setattr(deadline, "time", Time)


@pytest.mark.parametrize(("seconds", "allowed"), [(-1, False), (39.99, False), (40, True), (40.01, True), (900, True)])
def test_a_call_begins_only_while_all_of_it_fits_before_the_deadline(seconds, allowed):
    assert Budget(NOW + seconds, 40).allows_a_call() is allowed


def test_nothing_begins_after_a_halt():
    budget = Budget(NOW + 900, 40)
    budget.halt()
    assert not budget.allows_a_call()
