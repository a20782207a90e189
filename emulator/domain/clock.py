"""The service's clock. Tests can shift it instead of waiting for an hour."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """Seconds since the epoch, plus a shift."""

    def __init__(self, seconds: Callable[[], float] = time.time) -> None:
        self._seconds = seconds
        self.shift_seconds = 0.0

    def now(self) -> float:
        """Return the shifted time."""
        return self._seconds() + self.shift_seconds
