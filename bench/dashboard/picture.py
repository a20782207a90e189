"""Draws the dashboard's widgets where the template places them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.dashboard.definition import Definition
from bench.dashboard.recorded import Recorded, Values

_COLUMNS, _CELL_WIDTH, _CELL_HEIGHT = 24, 0.72, 0.5
_COLOURS = ("#1f77b4", "#ff7f0e", "#2ca02c", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf")
_ALARM, _OK, _TITLE_POINTS = "#d13212", "#1d8102", 8.5
_NOTE = "a rendering from the template by `make dashboard`, not AWS's own; a point every {step:g} s of a run here"


def draw(definition: Definition, recorded: Recorded, file: Path) -> None:
    """Write the picture as PNG."""
    rows = max(widget["y"] + widget["height"] for widget in definition.widgets)
    figure = Figure(figsize=(_COLUMNS * _CELL_WIDTH, (rows + 1) * _CELL_HEIGHT), facecolor="#f2f3f3")
    figure.text(0.995, 0.004, _NOTE.format(step=recorded.step), ha="right", fontsize=8, color="#555555")
    states = definition.alarms(recorded)
    for widget in definition.widgets:
        left, width = widget["x"] / _COLUMNS, widget["width"] / _COLUMNS
        top, height = 1 - widget["y"] / (rows + 1), widget["height"] / (rows + 1)
        # A margin, and room for the title and the axes' numbers.
        box = (left + 0.028, top - height + 0.36 * 1 / (rows + 1) + 0.006, width - 0.05, height - 1.15 / (rows + 1))
        axes = figure.add_axes((left + 0.008, top - height, width - 0.016, height) if widget["type"] == "text" else box)
        properties = widget["properties"]
        axes.set_title(properties.get("title", ""), fontsize=_TITLE_POINTS, loc="left", pad=3)
        match widget["type"], properties.get("view"):
            case "text", _:
                _lines(axes, [re.sub(r"\[(.+?)\]\(.+?\)|[*`]", r"\1", properties["markdown"])])
            case "alarm", _:
                _states(axes, [states[id_] for id_ in properties["alarms"]])
            case "log", _:
                _lines(axes, _query(recorded, properties["query"]))
            case _, "singleValue":
                _numbers(axes, recorded, properties)
            case _:
                _graph(axes, recorded, properties)
    figure.savefig(file, dpi=90, metadata={"Software": None})


def _series(recorded: Recorded, metrics: list[list[Any]], *, whole: bool) -> list[tuple[str, str, Values]]:
    """Return the visible series of a widget: label, side of the axis, values."""
    used: dict[str, Values] = {}
    shown: list[tuple[str, str, Any]] = []
    pending = []
    for metric in metrics:
        *names, options = metric
        if "expression" in options:
            pending.append(options)
            continue
        dimensions = dict(zip(names[2::2], names[3::2], strict=True))
        key = (names[0], names[1], tuple(dimensions[each] for each in sorted(dimensions)))
        values = recorded.statistic(key, options.get("stat", "Average"), whole=whole)
        used[options.get("id", "")] = values
        if options.get("visible") is not False:
            shown.append((options.get("label", names[1]), options.get("yAxis", "left"), values))
    # An expression may use one that stands after it.
    for options in sorted(pending, key=lambda each: each.get("visible") is not False):
        found = recorded.evaluate(options["expression"], used, whole=whole)
        used[options.get("id", "")] = found
        if options.get("visible") is not False:
            label = options.get("label", "")
            each = (
                {f"{label}{kind}": values for kind, values in found.items()}
                if isinstance(found, dict)
                else {label: found}
            )
            shown += [(name, options.get("yAxis", "left"), values) for name, values in each.items()]
    return shown


def _graph(axes: Axes, recorded: Recorded, properties: dict[str, Any]) -> None:
    series = _series(recorded, properties["metrics"], whole=False)
    sides = {"left": axes}
    if any(side == "right" for _, side, _ in series):
        sides["right"] = axes.twinx()
    seconds = recorded.end - recorded.begin
    for number, (label, side, values) in enumerate(series):
        at = (np.arange(len(values)) + 0.5) * recorded.step
        line = ".--" if side == "right" else ".-"
        sides[side].plot(at, values, line, color=_COLOURS[number % len(_COLOURS)], label=label, linewidth=1)
    for each in sides.values():
        each.tick_params(labelsize=6, length=2)
        each.set_xlim(0, seconds)
        # Room for the legend above the highest value.
        each.set_ylim(0, 1.3 * max(each.dataLim.y1, 1e-9) if np.isfinite(each.dataLim.y1) else 1)
        each.spines["top"].set_visible(False)
    for one in properties.get("annotations", {}).get("horizontal", []):
        limited = sides[one.get("yAxis", "left")]
        limited.axhline(one["value"], color=one.get("color", _ALARM), linewidth=0.8, linestyle=":")
        limited.set_ylim(0, max(limited.get_ylim()[1], 1.15 * one["value"]))
        limited.text(seconds, one["value"], one["label"], fontsize=6, ha="right", va="bottom", color=_ALARM)
    handles, labels = [], []
    for each in sides.values():
        for handle, label in zip(*each.get_legend_handles_labels(), strict=True):
            handles.append(handle)
            labels.append(label)
    axes.legend(handles, labels, fontsize=5.5, ncols=3, frameon=False, loc="upper left")
    if not any(np.isfinite(values).any() for _, _, values in series):
        axes.text(0.5, 0.4, "no values in this run", ha="center", fontsize=7, color="#777777", transform=axes.transAxes)


def _numbers(axes: Axes, recorded: Recorded, properties: dict[str, Any]) -> None:
    axes.axis("off")
    series = _series(recorded, properties["metrics"], whole=bool(properties.get("setPeriodToTimeRange")))
    for number, (label, _, values) in enumerate(series):
        known = values[np.isfinite(values)]
        text = f"{known[-1]:.4g}" if len(known) else "–"
        x = (number + 0.5) / len(series)
        axes.text(x, 0.42, text, ha="center", fontsize=17, transform=axes.transAxes)
        axes.text(x, 0.05, label, ha="center", fontsize=7, color="#555555", transform=axes.transAxes)


def _states(axes: Axes, alarms: list[tuple[str, bool]]) -> None:
    axes.axis("off")
    rows = 6
    for number, (name, on) in enumerate(sorted(alarms, key=lambda alarm: not alarm[1])):
        x, y = (number // rows) / 3.2, 0.95 - (number % rows) / rows
        axes.text(x, y, f"{'ALARM' if on else 'OK'}  {name.removeprefix('SealedOcr-dev-')}", fontsize=6,
                  color="white", va="top", transform=axes.transAxes,
                  bbox={"facecolor": _ALARM if on else _OK, "edgecolor": "none", "pad": 1.6})  # fmt: skip


def _lines(axes: Axes, lines: list[str]) -> None:
    axes.axis("off")
    axes.text(0, 0.98, "\n".join(lines), fontsize=6, va="top", family="DejaVu Sans Mono", transform=axes.transAxes)


def _query(recorded: Recorded, query: str) -> list[str]:
    """Return what the dashboard's two queries find in the lines of the run."""
    if "stats count(*)" in query:
        faults = Counter((line["event"], line["fault"]) for line in recorded.lines if line.get("fault"))
        return [f"{number:5}  {f'{event}: {fault}'[:62]}" for (event, fault), number in faults.most_common(12)]
    lines = [line for line in recorded.lines if line["level"] in {"WARNING", "ERROR"}]
    latest = sorted(lines, key=lambda line: line["timestamp"], reverse=True)[:12]
    return [f"{one['timestamp'][11:19]} {one.get('documentId', '')[:6]} {one['message'][:60]}" for one in latest]
