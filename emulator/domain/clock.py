"""The service's clock, which can be shifted so that an hour need not pass."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """Seconds since the epoch, plus a shift."""

    def __init__(self, seconds: Callable[[], float] = time.time) -> None:
        self._seconds = seconds
        self.shift_seconds = 0.0

    def now(self) -> float:
        """Return the time that the service believes it is."""
        return self._seconds() + self.shift_seconds
