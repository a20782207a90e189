"""The arithmetic of the benchmarks. No test asserts a measured time."""

import pytest

from bench.measurement.interleaving import interleave
from bench.measurement.results import Result, Spread, Target, format_number
from bench.report.cost import InvocationCost
from bench.report.memory_table import replace_between_markers

pytestmark = pytest.mark.unit

pytestmark = pytest.mark.unit


def test_a_ratio_is_that_of_neighbours_and_not_of_medians() -> None:
    result = Result("upload", "u", "floor", "ms", [2.0, 30.0, 4.0], [1.0, 10.0, 4.0], Target(2))

    assert result.ratios == [2.0, 3.0, 1.0]
    assert result.judged == Spread(2.0, 1.0, 3.0)
    assert result.met is True


def test_without_a_reference_the_result_itself_is_judged() -> None:
    assert Result("memory", "m", "", "MB", [1.5, 1.1, 0.2], target=Target(1)).met is False
    assert Result("memory", "m", "", "MB", [1.5, 1.1, 0.2]).met is None


def test_pairs_that_do_not_match_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        _ = Result("upload", "u", "floor", "ms", [1.0, 2.0], [1.0]).ratios


@pytest.mark.parametrize(
    ("target", "median", "met"),
    [
        (Target(2), 2.0, True),
        (Target(2), 2.01, False),
        (Target(0.97, True), 0.97, True),
        (Target(0.97, True), 0.96, False),
    ],
)
def test_a_target_is_an_upper_or_a_lower_limit(target, median, met) -> None:
    assert target.met(median) is met


def test_candidates_are_measured_in_alternating_order() -> None:
    order: list[str] = []

    def candidate(name):
        def run() -> float:
            order.append(name)
            return float(len(order))

        return run

    samples = interleave({"ours": candidate("ours"), "theirs": candidate("theirs")}, 3)

    assert order == ["theirs", "ours", "ours", "theirs", "theirs", "ours"]
    assert samples == {"ours": [2.0, 3.0, 6.0], "theirs": [1.0, 4.0, 5.0]}


def test_a_quarter_of_a_cpu_takes_four_times_as_long() -> None:
    assert InvocationCost(1769, 10, 0.05, service_seconds=1).seconds == pytest.approx(1.5)
    assert InvocationCost(1769 // 4, 10, 0.05, service_seconds=1).seconds == pytest.approx(3.0, rel=0.01)
    assert InvocationCost(3538, 10, 0.05, service_seconds=1).seconds == pytest.approx(1.5)


def test_the_price_of_a_document_is_its_share_of_gigabyte_seconds_and_of_a_request() -> None:
    alone = InvocationCost(1024, 1, 0.0, service_seconds=1)
    together = InvocationCost(1024, 10, 0.0, service_seconds=1)

    assert alone.usd_per_million == pytest.approx(13.3334 + 0.20)
    assert together.usd_per_million == pytest.approx(1.35334)


@pytest.mark.parametrize(("value", "text"), [(0.0412, "0.041"), (1.204, "1.20"), (33.94, "33.9"), (1128.8, "1,129")])
def test_numbers_are_shown_with_their_significant_digits(value, text) -> None:
    assert format_number(value) == text


def test_only_the_text_between_the_markers_is_replaced() -> None:
    begin, end = "<!-- written by make bench -->", "<!-- to here -->"

    assert replace_between_markers(f"a\n{begin}\nold\n{end}\nb", "new") == f"a\n{begin}\n\nnew\n\n{end}\nb"
    with pytest.raises(ValueError, match="unpack"):
        replace_between_markers("without", "new")
