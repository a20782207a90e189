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
        self._milliseconds: defaultdict[tuple[str, str | None], list[float]] = defaultdict(list)

    def count(self, name: str, kind: str | None = None) -> None:
        """Count one more ``name``."""
        with self._lock:
            self._counts[name, kind] += 1

    def took(self, name: str, milliseconds: float, kind: str | None = None) -> None:
        """Note one duration, in milliseconds."""
        with self._lock:
            self._milliseconds[name, kind].append(milliseconds)

    def publish(self) -> None:
        """Print what was counted as EMF, a line for each kind, and start again at nothing."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            durations, self._milliseconds = self._milliseconds, defaultdict(list)
        for kind in sorted({kind for _, kind in (*counts, *durations)}, key=str):
            metrics = EphemeralMetrics()
            if kind is not None:
                metrics.add_dimension("kind", kind)
            for (name, of), number in counts.items():
                if of == kind:
                    metrics.add_metric(name, MetricUnit.Count, number)
            for (name, of), values in durations.items():
                if of == kind:
                    for value in values:
                        metrics.add_metric(name, MetricUnit.Milliseconds, value)
            metrics.flush_metrics()
