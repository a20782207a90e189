"""A clock that tests can set."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """The system's clock, which a test can set forward (``ahead``) or replace (``now``)."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.now: Callable[[], float] = time.time

    def __call__(self) -> float:
        return self.now() + self.ahead
