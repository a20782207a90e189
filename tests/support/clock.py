"""Time in tests: a clock that they can move."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """Epoch seconds that a test can move, or replace."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.now: Callable[[], float] = time.time

    def __call__(self) -> float:
        return self.now() + self.ahead
