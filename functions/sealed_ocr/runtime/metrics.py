"""Metrics of an invocation, buffered and printed once, from the main thread (EMF)."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from sealed_ocr.common.metric_name import Metric


class MetricsBuffer:
    """Collects metrics. Thread-safe. A metric has a kind of document as its dimension or none, never an identity."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._request_id = ""
        self._counts: Counter[tuple[str, str | None]] = Counter()
        self._values: defaultdict[tuple[str, str | None, MetricUnit], list[float]] = defaultdict(list)

    def begin_invocation(self, request_id: str) -> None:
        """Name the invocation in the lines of the metrics."""
        self._request_id = request_id

    def count(self, name: Metric, kind: str | None = None) -> None:
        """Add one to ``name``."""
        with self._lock:
            self._counts[name, kind] += 1

    def record_duration(self, name: Metric, milliseconds: float, kind: str | None = None) -> None:
        """Record one duration."""
        self._record(name, kind, MetricUnit.Milliseconds, milliseconds)

    def record_seconds(self, name: Metric, seconds: float, kind: str) -> None:
        """Record a duration for its kind, and once more without a kind, because an alarm watches one series."""
        for dimension in (kind, None):
            self._record(name, dimension, MetricUnit.Seconds, seconds)

    def record_share(self, name: Metric, part: bool) -> None:
        """Record whether one case belongs to the share ``name``. The average is the share in percent."""
        self._record(name, None, MetricUnit.Percent, 100.0 if part else 0.0)

    def record_percent(self, name: Metric, percent: float) -> None:
        """Record a share that was measured as such."""
        self._record(name, None, MetricUnit.Percent, percent)

    def _record(self, name: Metric, kind: str | None, unit: MetricUnit, value: float) -> None:
        with self._lock:
            self._values[name, kind, unit].append(value)

    def flush(self) -> None:
        """Print the metrics as EMF, a line for each kind, and start again empty."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            recorded, self._values = self._values, defaultdict(list)
        for kind in sorted({kind for _, kind in counts} | {kind for _, kind, _ in recorded}, key=str):
            metrics = EphemeralMetrics()
            if self._request_id:
                metrics.add_metadata("function_request_id", self._request_id)
            if kind is not None:
                metrics.add_dimension("kind", kind)
            for (name, of), number in counts.items():
                if of == kind:
                    metrics.add_metric(name, MetricUnit.Count, number)
            for (name, of, unit), values in recorded.items():
                if of == kind:
                    for value in values:
                        metrics.add_metric(name, unit, value)
            metrics.flush_metrics()
