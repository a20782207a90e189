"""The time that an invocation has for its calls."""

from __future__ import annotations

import threading
import time


class Budget:
    """Until when (``time.monotonic``) calls may run, how long one takes at most, and whether any may start."""

    def __init__(self, deadline: float, call_seconds: float) -> None:
        """Start unhalted."""
        self.deadline = deadline
        self._call_seconds = call_seconds
        self._halted = threading.Event()

    def halt(self) -> None:
        """Let this invocation start no further calls: what they would find could not be kept."""
        self._halted.set()

    def allows_a_call(self) -> bool:
        """Whether a document that is started now can still be finished."""
        return not self._halted.is_set() and time.monotonic() + self._call_seconds <= self.deadline
