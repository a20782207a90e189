"""Time in tests: a clock that they can move, and waiting for what somebody else is about to do."""

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


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another process or thread is about to do."""
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")
