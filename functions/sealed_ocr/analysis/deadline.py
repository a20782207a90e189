"""The time that is left in an invocation, for calls to the OCR service and for the AWS calls that record them."""

from __future__ import annotations

import threading
import time

from sealed_ocr.aws.clients import MAX_CALL_SECONDS
from sealed_ocr.runtime.settings import ANALYZE_RESERVE_SECONDS

# For the last log lines and the response to Lambda.
_LAST_SECONDS = 1


class InvocationDeadline:
    """Decides what may still be started. All times are of ``time.monotonic``.

    Attributes
    ----------
    ocr_deadline
        When every OCR call has ended.
    send_deadline
        The latest time to retry a message: the retry and the write to the ledger still fit after it.
    """

    def __init__(self, ocr_deadline: float, call_seconds: float) -> None:
        """OCR calls, of at most ``call_seconds`` each, end by ``ocr_deadline``.

        The invocation ends ``ANALYZE_RESERVE_SECONDS`` later.
        """
        self.ocr_deadline = ocr_deadline
        self._call_seconds = call_seconds
        self._end = ocr_deadline + ANALYZE_RESERVE_SECONDS - _LAST_SECONDS
        self.send_deadline = self._end - 2 * MAX_CALL_SECONDS
        self._stopped = threading.Event()

    def stop_ocr_calls(self) -> None:
        """Start no further OCR call in this invocation, because its result could not be recorded."""
        self._stopped.set()

    def allows_ocr_call(self) -> bool:
        """Whether a document that is started now can still be finished."""
        return not self._stopped.is_set() and time.monotonic() + self._call_seconds <= self.ocr_deadline

    def allows_aws_calls(self, count: int = 1) -> bool:
        """Whether ``count`` consecutive calls to AWS would end in time even if AWS hung."""
        return time.monotonic() + count * MAX_CALL_SECONDS <= self._end
