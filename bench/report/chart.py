"""The chart on the page: CPU time of an upload, and each result as a share of its target."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.benchmarks.upload import FIRST, OPENSSL
from bench.measurement.results import Result, Spread

_COLOURS = {OPENSSL: "#8a8f98", "ours": "#1f6feb", FIRST: "#d08770"}
_MET, _MISSED = "#1a7f37", "#cf222e"


def draw_chart(results: Sequence[Result], file: Path) -> None:
    """Write the chart as SVG. The same results give the same file."""
    judged = [result for result in results if result.target]
    with mpl.rc_context({"svg.hashsalt": "bench", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(11, 2 + 0.27 * len(judged)), layout="constrained")
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.25))
        _draw_uploads([result for result in results if result.benchmark == "upload"], left)
        _draw_targets(judged, right)
        figure.savefig(file, metadata={"Date": None})


def _draw_uploads(results: Sequence[Result], axes: Axes) -> None:
    sizes = list(dict.fromkeys(result.description.rpartition(", ")[2] for result in results))
    for place, (name, colour) in enumerate(_COLOURS.items()):
        heights = [_median(results, size, name) for size in sizes]
        positions = [number + 0.27 * (place - 1) for number in range(len(sizes))]
        bars = axes.bar(positions, heights, 0.25, color=colour, label=name)
        axes.bar_label(bars, fmt="{:.3g}", fontsize=7)
    axes.set_yscale("log")
    axes.set_xticks(range(len(sizes)), sizes)
    axes.set_ylabel("ms of CPU")
    axes.set_title("one sealed upload over TLS", fontsize=10)
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)


def _median(results: Sequence[Result], size: str, name: str) -> float:
    reference = OPENSSL if name == "ours" else name
    result = next(one for one in results if one.description.endswith(f" {size}") and one.reference == reference)
    return Spread.of(result.ours if name == "ours" else result.reference_samples).median


def _draw_targets(judged: Sequence[Result], axes: Axes) -> None:
    for row, result in enumerate(reversed(judged)):
        spread, colour = result.judged, _MET if result.met else _MISSED
        ends = [_share_of_target(result, end) for end in (spread.low, spread.high)]
        axes.plot(ends, [row, row], color=colour, linewidth=1)
        axes.plot([_share_of_target(result, spread.median)], [row], "o", color=colour, markersize=5)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_yticks(range(len(judged)), [_label(result) for result in reversed(judged)], fontsize=7.5)
    # The medians set the scale, so that one outlier does not compress all others.
    largest = max(_share_of_target(result, result.judged.median) for result in judged)
    axes.set_xlim(0, max(1.5, 1.2 * largest))
    axes.set_title("share of the target", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)


def _share_of_target(result: Result, value: float) -> float:
    assert result.target is not None
    return result.target.limit / value if result.target.at_least else value / result.target.limit


def _label(result: Result) -> str:
    return f"{result.description} : {result.reference}" if result.reference_samples else result.description
