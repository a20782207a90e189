"""Counts of the calls that the vendor may bill, by month and kind, to hold against its bill.

Each month has an item in a table that the function writes anyway: ``documentId`` (``billed:2026-11``), a number for
each kind and end of a call (``answered_credit_card``), ``expiresAt`` (TTL). An invocation writes it once, without a
condition. The analyze function counts in the ledger's table, the verify function in that of the Request-Keys.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from enum import StrEnum

from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.table import Table
from sealed_ocr.common.billed_call import BilledCall
from sealed_ocr.ocr.errors import EngineFailed, OcrError, OutcomeUnknown

# Fourteen months: a bill can be compared with that of the year before.
RETENTION_SECONDS = 430 * 86_400
# The vendor's. It does not say in which zone its months begin.
BILLING_ZONE = timezone(timedelta(hours=9))


class CallEnd(StrEnum):
    """How a call ended that was not proven unbilled."""

    ANSWERED = "answered"
    # Nobody promises that such an answer is free.
    WITHOUT_RESULT = "without_result"
    # No answer that can be trusted, or a killed function.
    DOUBTFUL = "doubtful"
    # Whether it was counted already is not known: DynamoDB did not confirm the count.
    UNCONFIRMED = "unconfirmed"


def call_end(failure: Exception) -> CallEnd | None:
    """Return how the call ended that raised ``failure``, or None if it is proven unbilled."""
    match failure:
        case OutcomeUnknown():
            return CallEnd.DOUBTFUL
        case EngineFailed():
            return CallEnd.WITHOUT_RESULT
        case OcrError() | AwsError():
            return None
        case _:
            return CallEnd.DOUBTFUL


def month_item(month: str) -> str:
    """Return the key of the item of a month, which is given as ``2026-11``."""
    return f"billed:{month}"


def month_at(now: float) -> str:
    """Return the vendor's month at ``now`` (epoch seconds)."""
    return f"{datetime.fromtimestamp(now, BILLING_ZONE):%Y-%m}"


def attribute(end: CallEnd, call: BilledCall) -> str:
    """Return the name of the number in a month's item."""
    return f"{end}_{call.name.lower()}"


class CallCounts:
    """Collects the counts of an invocation. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """``clock`` returns epoch seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, BilledCall, CallEnd]] = Counter()

    def count(self, call: BilledCall, end: CallEnd) -> None:
        """Count one call."""
        with self._lock:
            self._counts[month_at(self._clock()), call, end] += 1

    def flush(self, table: Table) -> None:
        """Add the counts to the items of their months: one write, two in the invocation in which a month ends.

        Raises
        ------
        AwsError
            If DynamoDB fails. Whether it counted is then unknown, and the next flush says so.
        """
        with self._lock:
            counts, self._counts = self._counts, Counter()
        for month in sorted({month for month, _, _ in counts}):
            of_month = {(call, end): number for (of, call, end), number in counts.items() if of == month}
            try:
                table.update(
                    month_item(month),
                    {"expiresAt": int(self._clock()) + RETENTION_SECONDS},
                    add={attribute(end, call): number for (call, end), number in of_month.items()},
                )
            except AwsError:
                with self._lock:
                    for (call, _), number in of_month.items():
                        self._counts[month, call, CallEnd.UNCONFIRMED] += number
                raise
