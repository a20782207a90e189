"""The waits between deliveries, and the number of deliveries that outlasts an outage."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealed_ocr.analysis.backoff import FIRST_WAIT, JITTER, LONGEST_WAIT, back_off, jittered, receives_to_outlast

pytestmark = pytest.mark.unit


def test_waits_double_up_to_the_limit() -> None:
    assert [back_off(receives) for receives in range(1, 8)] == [30, 60, 120, 240, 480, 900, 900]


@given(st.integers(-10, 1_000_000))
def test_a_wait_stays_between_the_first_and_the_longest_wait(receives) -> None:
    assert FIRST_WAIT <= back_off(receives) <= LONGEST_WAIT
    assert back_off(receives) <= back_off(receives + 1)


@given(st.integers(0, 40_000))
def test_jitter_adds_at_most_a_fifth(seconds) -> None:
    assert seconds <= jittered(seconds) <= seconds * (1 + JITTER) + 1


def test_jitter_spreads_the_waits() -> None:
    waits = {jittered(900) for _ in range(500)}
    assert min(waits) < 930
    assert max(waits) > 1050


@given(st.integers(0, 200_000))
def test_the_number_of_deliveries_is_the_smallest_that_outlasts_an_outage(outage) -> None:
    """A delivery counts when it arrives and its wait follows. SQS moves the message away before one more delivery."""
    receives = receives_to_outlast(outage)
    comes_at = sum(back_off(number) for number in range(1, receives))
    assert comes_at >= outage
    if receives > 1:
        assert sum(back_off(number) for number in range(1, receives - 1)) < outage
