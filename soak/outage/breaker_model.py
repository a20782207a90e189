"""A model of the circuit breaker that the function's instances share through a table."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field

from sealed_ocr.aws.circuit_breaker import FAILURE_THRESHOLD, PROBE_SECONDS


@dataclass
class BreakerModel:
    """The item that ``sealed_ocr.aws.circuit_breaker`` keeps, and the updates that are not written yet.

    Attributes
    ----------
    failures
        Analyses in a row without an answer.
    asked_at
        Time of the last failure or probe.
    pending
        Times and failures of updates to come.
    """

    failures: int = 0
    asked_at: float = -math.inf
    pending: list[tuple[float, int]] = field(default_factory=list)

    def record(self, at: float, failures: int) -> None:
        """Record the end of an invocation: its analyses without an answer, or 0 if one was answered."""
        heapq.heappush(self.pending, (at, failures))

    def allow_request(self, now: float) -> bool:
        """Return whether a document may use its last attempt."""
        while self.pending and self.pending[0][0] <= now:
            self.asked_at, failures = heapq.heappop(self.pending)
            self.failures = self.failures + failures if failures else 0
        if self.failures >= FAILURE_THRESHOLD and self.asked_at >= now - PROBE_SECONDS:
            return False
        self.asked_at = max(self.asked_at, now)
        return True
