"""Limits how many messages are sent in a second."""

from __future__ import annotations

import time
from collections.abc import Callable


class RateLimiter:
    """Limits the average rate. Time that the sender does not use is not made up for afterwards."""

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """``clock`` returns seconds."""
        self._seconds_each = 1 / per_second
        self._clock = clock
        self._sleep = sleep
        self._next = clock()

    def wait(self, number: int) -> None:
        """Wait until ``number`` more messages may be sent."""
        now = self._clock()
        if self._next > now:
            self._sleep(self._next - now)
        self._next = max(self._next, now) + number * self._seconds_each
