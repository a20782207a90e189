"""Waiting for another process or thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
# Far more than any wait takes, for a busy machine. A passing test does not wait that long.
PATIENCE = 120.0


def until(condition: Callable[[], T], expected: str = "it", patience: float = PATIENCE) -> T:
    """Return the first true value of ``condition``; fail with ``expected`` after ``patience`` seconds."""
    ends = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < ends, f"{expected} did not happen within {patience:.0f} seconds"
        time.sleep(0.02)
    return found
