"""The picture on the page: what an upload costs, and how far each figure is from its aim."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from bench.benchmarks.upload import FIRST, FLOOR
from bench.measurement.figures import Figure, Spread

_COLOURS = {FLOOR: "#8a8f98", "ours": "#1f6feb", FIRST: "#d08770"}
_REACHED, _MISSED = "#1a7f37", "#cf222e"


def draw(figures: Sequence[Figure], file: Path) -> None:
    """Write the picture as SVG, the same for the same figures."""
    judged = [figure for figure in figures if figure.aim]
    with mpl.rc_context({"svg.hashsalt": "bench", "svg.fonttype": "none", "font.size": 9}):
        canvas = Canvas(figsize=(11, 2 + 0.27 * len(judged)), layout="constrained")
        left, right = canvas.subplots(1, 2, width_ratios=(1, 1.25))
        _uploads([figure for figure in figures if figure.part == "upload"], left)
        _aims(judged, right)
        canvas.savefig(file, metadata={"Date": None})


def _uploads(figures: Sequence[Figure], axes: Axes) -> None:
    sizes = list(dict.fromkeys(figure.what.rpartition(", ")[2] for figure in figures))
    for place, (name, colour) in enumerate(_COLOURS.items()):
        heights = [_median(figures, size, name) for size in sizes]
        positions = [number + 0.27 * (place - 1) for number in range(len(sizes))]
        bars = axes.bar(positions, heights, 0.25, color=colour, label=name)
        axes.bar_label(bars, fmt="{:.3g}", fontsize=7)
    axes.set_yscale("log")
    axes.set_xticks(range(len(sizes)), sizes)
    axes.set_ylabel("ms of CPU")
    axes.set_title("one sealed upload over TLS", fontsize=10)
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)


def _median(figures: Sequence[Figure], size: str, name: str) -> float:
    against = FLOOR if name == "ours" else name
    found = next(one for one in figures if one.what.endswith(f" {size}") and one.against == against)
    return Spread.of(found.ours if name == "ours" else found.theirs).median


def _aims(judged: Sequence[Figure], axes: Axes) -> None:
    for row, figure in enumerate(reversed(judged)):
        found, colour = figure.judged, _REACHED if figure.met else _MISSED
        axes.plot([_share(figure, end) for end in (found.low, found.high)], [row, row], color=colour, linewidth=1)
        axes.plot([_share(figure, found.median)], [row], "o", color=colour, markersize=5)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_yticks(range(len(judged)), [_label(figure) for figure in reversed(judged)], fontsize=7.5)
    # A single sample far out must not press all others against the axis.
    farthest = max(_share(figure, figure.judged.median) for figure in judged)
    axes.set_xlim(0, max(1.5, 1.2 * farthest))
    axes.set_title("share of what is allowed", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)


def _share(figure: Figure, value: float) -> float:
    """Return how much of what its aim allows ``value`` is."""
    assert figure.aim is not None
    return figure.aim.limit / value if figure.aim.at_least else value / figure.aim.limit


def _label(figure: Figure) -> str:
    return f"{figure.what} : {figure.against}" if figure.theirs else figure.what
