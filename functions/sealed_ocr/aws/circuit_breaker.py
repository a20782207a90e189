"""Whether the OCR service answers analyses, as far as any instance has seen, so that an outage spends no last attempts.

And whether the results queue takes messages, so that nothing is paid for that could not be told.

An item in the ledger's table for each kind of document and one for ``RESULTS``: ``documentId`` (``service:<kind>``),
``unanswered`` (analyses in a row whose end is unknown, or messages that could not be sent), ``askedAt`` (epoch seconds:
the last of them, or when somebody was let go to find out). It is written only by instances that have met an unknown
end, or a document that had to wait for one.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

from sealed_ocr.aws.errors import ConditionFailed
from sealed_ocr.aws.table import Table

SUSPICIOUS = 3
"""So many unknown ends in a row are taken for an outage."""
PROBE_SECONDS = 900
RESULTS = "results"


class Outages:
    """Thread-safe. What goes to DynamoDB raises ``AwsError`` when that fails for good."""

    def __init__(self, table: Table, clock: Callable[[], float] = time.time) -> None:
        """``clock`` gives epoch seconds."""
        self._table = table
        self._clock = clock
        self._lock = threading.Lock()
        self._doubted: set[str] = set()
        self._answered: set[str] = set()
        self._unanswered: Counter[str] = Counter()

    def answered(self, kind: str) -> None:
        """Take note that an analysis was answered, or a message sent."""
        with self._lock:
            self._answered.add(kind)

    def unanswered(self, kind: str) -> None:
        """Take note that what became of an analysis is not known, or that a message could not be sent."""
        with self._lock:
            self._unanswered[kind] += 1

    def doubts(self, kind: str) -> bool:
        """Whether an earlier invocation of this instance was left without an answer, and none has come since."""
        with self._lock:
            return kind in self._doubted

    def may_ask(self, kind: str) -> bool:
        """Whether a document may spend its last attempt now; for ``RESULTS``, whether it may spend any.

        In an outage one of them may, each quarter of an hour in which nobody else has tried: somebody has to find out
        that it is over.
        """
        now = int(self._clock())
        try:
            self._table.update(
                _item(kind),
                {"askedAt": now},
                condition="attribute_not_exists(#unanswered) OR #unanswered < :few OR #askedAt < :due",
                given={"few": SUSPICIOUS, "due": now - PROBE_SECONDS},
            )
        except ConditionFailed:
            with self._lock:
                self._doubted.add(kind)
            return False
        return True

    def tell(self) -> None:
        """Tell the other instances what was noted since the last time; what can't be written is forgotten."""
        with self._lock:
            answered, unanswered = self._answered, self._unanswered
            self._answered, self._unanswered = set(), Counter()
            over = answered & (self._doubted | unanswered.keys())
            self._doubted = (self._doubted | unanswered.keys()) - answered
        now = int(self._clock())
        for kind in over:
            self._table.update(_item(kind), {"unanswered": 0, "askedAt": now})
        for kind in unanswered.keys() - answered:
            self._table.update(_item(kind), {"askedAt": now}, add={"unanswered": unanswered[kind]})


def _item(kind: str) -> str:
    return f"service:{kind}"
