"""Counts of what happened in an invocation, handed to CloudWatch once, from the main thread (EMF)."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit


class Tally:
    """Thread-safe counters. A name is counted either with a kind of document or without, never with an identity."""

    def __init__(self) -> None:
        """Start at nothing."""
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str | None]] = Counter()
        self._measured: defaultdict[tuple[str, str | None, MetricUnit], list[float]] = defaultdict(list)

    def count(self, name: str, kind: str | None = None) -> None:
        """Count one more ``name``."""
        with self._lock:
            self._counts[name, kind] += 1

    def took(self, name: str, milliseconds: float, kind: str | None = None) -> None:
        """Note one duration, in milliseconds."""
        self._measure(name, kind, MetricUnit.Milliseconds, milliseconds)

    def share(self, name: str, part: bool) -> None:
        """Note one case as belonging to the share ``name`` or not: the average of all is the share in percent."""
        self._measure(name, None, MetricUnit.Percent, 100.0 if part else 0.0)

    def _measure(self, name: str, kind: str | None, unit: MetricUnit, value: float) -> None:
        with self._lock:
            self._measured[name, kind, unit].append(value)

    def publish(self) -> None:
        """Print what was counted as EMF, a line for each kind, and start again at nothing."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            measured, self._measured = self._measured, defaultdict(list)
        for kind in sorted({kind for _, kind in counts} | {kind for _, kind, _ in measured}, key=str):
            metrics = EphemeralMetrics()
            if kind is not None:
                metrics.add_dimension("kind", kind)
            for (name, of), number in counts.items():
                if of == kind:
                    metrics.add_metric(name, MetricUnit.Count, number)
            for (name, of, unit), values in measured.items():
                if of == kind:
                    for value in values:
                        metrics.add_metric(name, unit, value)
            metrics.flush_metrics()
