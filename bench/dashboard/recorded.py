"""The values of metrics that a run recorded, and CloudWatch's statistics and expressions over them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
# Namespace, name, and the dimensions' values in order of their names.
Key = tuple[str, str, tuple[str, ...]]
_STATISTICS: dict[str, Callable[[Any], Any]] = {"Sum": np.sum, "Maximum": np.max, "Average": np.mean}


def _no_values() -> defaultdict[Key, list[tuple[float, float]]]:
    return defaultdict(list)


@dataclass
class Recorded:
    """Values with their times (epoch seconds), from ``begin`` to ``end``, and the lines of the functions' logs.

    Attributes
    ----------
    step
        Seconds of a point. It stands for the five minutes of a period on AWS.
    """

    begin: float
    end: float
    step: float
    values: defaultdict[Key, list[tuple[float, float]]] = field(default_factory=_no_values)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def add(self, namespace: str, name: str, dimensions: Mapping[str, str], at: float, value: float) -> None:
        """Record one value."""
        key = (namespace, name, tuple(dimensions[each] for each in sorted(dimensions)))
        self.values[key].append((at, value))

    def read_logs(self, folder: Path) -> None:
        """Read the functions' metrics (EMF) and log lines."""
        for path in sorted(folder.glob("*.log")):
            for text in path.read_text(errors="replace").splitlines():
                line = json.loads(text) if text.startswith("{") else {}
                if "_aws" in line:
                    self._add_emf(line)
                elif "level" in line:
                    self.lines.append(line)

    def _add_emf(self, line: dict[str, Any]) -> None:
        at = line["_aws"]["Timestamp"] / 1000
        for directive in line["_aws"]["CloudWatchMetrics"]:
            (names,) = directive["Dimensions"]
            for metric in directive["Metrics"]:
                for value in line[metric["Name"]]:
                    dimensions = {name: line[name] for name in names}
                    self.add(directive["Namespace"], metric["Name"], dimensions, at, value)

    def statistic(self, key: Key, statistic: str, *, whole: bool = False) -> Values:
        """Return ``statistic`` of the values of each step, or of the whole run; not a number where there is none."""
        count = 1 if whole else max(1, round((self.end - self.begin) / self.step))
        seconds = (self.end - self.begin) / count
        bins: list[list[float]] = [[] for _ in range(count)]
        for at, value in self.values.get(key, []):
            bins[min(max(int((at - self.begin) / seconds), 0), count - 1)].append(value)
        function = _STATISTICS.get(statistic) or (lambda found: np.percentile(found, float(statistic[1:])))
        return np.array([function(each) if each else np.nan for each in bins], dtype=np.float64)

    def search(self, text: str, statistic: str, *, whole: bool = False) -> dict[str, Values]:
        """Return the series that a search finds, by their kind."""
        namespace, name = re.fullmatch(r'\{"(.+?)".*\} MetricName="(\w+)"', text).groups()  # type: ignore[union-attr]
        keys = [key for key in self.values if key[:2] == (namespace, name) and len(key[2]) > 1]
        return {key[2][0]: self.statistic(key, statistic, whole=whole) for key in sorted(keys)}

    def evaluate(self, expression: str, used: Mapping[str, Values], *, whole: bool = False) -> Any:
        """Return the value of one of the dashboard's own expressions, which are also expressions of Python."""
        count = len(self.statistic(("", "", ()), "Sum", whole=whole))

        def total(found: Mapping[str, Values]) -> Values:
            rows = [np.full(count, np.nan), *found.values()]
            filled = np.vstack(rows)
            return np.where(np.isnan(filled).all(axis=0), np.nan, np.nansum(filled, axis=0))

        functions = {
            "SEARCH": lambda text, statistic, _: self.search(text, statistic, whole=whole),
            "SUM": total,
            "FILL": lambda values, value: np.nan_to_num(values, nan=value),
        }
        with np.errstate(divide="ignore", invalid="ignore"):
            # The text is our own template's.
            return eval(expression, {"__builtins__": {}}, {**functions, **used})
