"""The bench's arithmetic. What it measures is not asserted anywhere."""

import pytest

from bench.measurement.alternation import by_turns
from bench.measurement.figures import Aim, Figure, Spread, shown
from bench.report.cost import Invocation
from bench.report.memory_table import between_markers

pytestmark = pytest.mark.unit


def test_a_ratio_is_that_of_neighbours_and_not_of_medians():
    figure = Figure("upload", "u", "floor", "ms", [2.0, 30.0, 4.0], [1.0, 10.0, 4.0], Aim(2))

    assert figure.ratios == [2.0, 3.0, 1.0]
    assert figure.judged == Spread(2.0, 1.0, 3.0)
    assert figure.met is True


def test_without_a_reference_the_figure_itself_is_judged():
    assert Figure("memory", "m", "", "MB", [1.5, 1.1, 0.2], aim=Aim(1)).met is False
    assert Figure("memory", "m", "", "MB", [1.5, 1.1, 0.2]).met is None


def test_pairs_that_do_not_match_are_refused():
    with pytest.raises(ValueError, match="zip"):
        _ = Figure("upload", "u", "floor", "ms", [1.0, 2.0], [1.0]).ratios


@pytest.mark.parametrize(
    ("aim", "median", "met"),
    [(Aim(2), 2.0, True), (Aim(2), 2.01, False), (Aim(0.97, True), 0.97, True), (Aim(0.97, True), 0.96, False)],
)
def test_an_aim_is_a_limit_from_above_or_from_below(aim, median, met):
    assert aim.met(median) is met


def test_subjects_take_turns_in_changing_order():
    order = []

    def subject(name):
        return lambda: order.append(name) or float(len(order))

    samples = by_turns({"ours": subject("ours"), "theirs": subject("theirs")}, 3)

    assert order == ["theirs", "ours", "ours", "theirs", "theirs", "ours"]
    assert samples == {"ours": [2.0, 3.0, 6.0], "theirs": [1.0, 4.0, 5.0]}


def test_a_quarter_of_a_processor_takes_four_times_as_long():
    assert Invocation(1769, 10, 0.05, service_seconds=1).seconds == pytest.approx(1.5)
    assert Invocation(1769 // 4, 10, 0.05, service_seconds=1).seconds == pytest.approx(3.0, rel=0.01)
    assert Invocation(3538, 10, 0.05, service_seconds=1).seconds == pytest.approx(1.5)


def test_the_price_of_a_document_counts_gigabyte_seconds_and_its_share_of_a_request():
    alone = Invocation(1024, 1, 0.0, service_seconds=1)
    together = Invocation(1024, 10, 0.0, service_seconds=1)

    assert alone.usd_a_million == pytest.approx(13.3334 + 0.20)
    assert together.usd_a_million == pytest.approx(1.35334)


@pytest.mark.parametrize(("value", "said"), [(0.0412, "0.041"), (1.204, "1.20"), (33.94, "33.9"), (1128.8, "1,129")])
def test_numbers_are_shown_with_the_digits_that_count(value, said):
    assert shown(value) == said


def test_only_what_stands_between_the_markers_is_replaced():
    begin, end = "<!-- written by make bench -->", "<!-- to here -->"

    assert between_markers(f"a\n{begin}\nold\n{end}\nb", "new") == f"a\n{begin}\n\nnew\n\n{end}\nb"
    with pytest.raises(ValueError, match="unpack"):
        between_markers("without", "new")
