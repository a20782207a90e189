"""Waiting in tests for what another process or thread is about to do."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
# Far more than any of it takes. A loaded machine may need it, and a test that passes never waits for it.
PATIENCE = 120.0


def until(condition: Callable[[], T], expected: str = "it") -> T:
    """Return the first true value of ``condition``; fail with what was ``expected`` if there never is one."""
    ends = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < ends, f"{expected} did not happen within {PATIENCE:.0f} seconds"
        time.sleep(0.02)
    return found
