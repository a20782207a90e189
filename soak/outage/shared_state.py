"""What instances tell each other of the service in an outage, for the model of one."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field

from sealed_ocr.aws.circuit_breaker import FAILURE_THRESHOLD, PROBE_SECONDS


@dataclass
class Service:
    """The item that ``sealed_ocr.aws.circuit_breaker`` keeps, and what is still on its way there."""

    unanswered: int = 0
    asked_at: float = -math.inf
    news: list[tuple[float, int]] = field(default_factory=list)

    def told(self, at: float, unanswered: int) -> None:
        """Take what an invocation tells at its end: so many analyses without an answer, or 0 for an answer."""
        heapq.heappush(self.news, (at, unanswered))

    def may_ask(self, now: float) -> bool:
        """Whether a document may spend its last attempt."""
        while self.news and self.news[0][0] <= now:
            self.asked_at, unanswered = heapq.heappop(self.news)
            self.unanswered = self.unanswered + unanswered if unanswered else 0
        if self.unanswered >= FAILURE_THRESHOLD and self.asked_at >= now - PROBE_SECONDS:
            return False
        self.asked_at = max(self.asked_at, now)
        return True
