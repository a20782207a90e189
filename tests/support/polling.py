"""Waiting in tests for what another process or thread is about to do."""

from __future__ import annotations

import time
from collections.abc import Callable

# Far more than any of it takes. A loaded machine may need it, and a test that passes never waits for it.
PATIENCE = 120.0


def until(condition: Callable[[], object], expected: str = "it") -> None:
    """Wait for ``condition`` to hold; fail with what was ``expected`` if it never does."""
    ends = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < ends, f"{expected} did not happen within {PATIENCE:.0f} seconds"
        time.sleep(0.02)
