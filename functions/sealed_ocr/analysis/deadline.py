"""The time that an invocation has: for calls to the OCR service, and for what AWS is to keep of them."""

from __future__ import annotations

import threading
import time

from sealed_ocr.aws.clients import LONGEST_CALL_SECONDS
from sealed_ocr.runtime.settings import ANALYZE_RESERVE_SECONDS

# For what takes no call: the last lines of the log, and the answer to Lambda.
_LAST_SECONDS = 1


class Budget:
    """What may still be begun. Every time is one of ``time.monotonic``."""

    def __init__(self, deadline: float, call_seconds: float) -> None:
        """``deadline`` is for OCR calls, of ``call_seconds`` at most; ``ANALYZE_RESERVE_SECONDS`` later is the end."""
        self.deadline = deadline
        self._call_seconds = call_seconds
        self._end = deadline + ANALYZE_RESERVE_SECONDS - _LAST_SECONDS
        self._halted = threading.Event()

    def halt(self) -> None:
        """Let this invocation start no further calls: what they would find could not be kept."""
        self._halted.set()

    def allows_a_call(self) -> bool:
        """Whether a document that is started now can still be finished."""
        return not self._halted.is_set() and time.monotonic() + self._call_seconds <= self.deadline

    def allows_aws(self, calls: int = 1) -> bool:
        """Whether so many calls to AWS, one after the other, would end in time even if it hung."""
        return time.monotonic() + calls * LONGEST_CALL_SECONDS <= self._end

    @property
    def send_until(self) -> float:
        """Until when a message may be tried again: that try and the ledger's write still fit."""
        return self._end - 2 * LONGEST_CALL_SECONDS
