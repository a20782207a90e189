"""Circuit breakers that all instances share: an outage must not consume the last attempts of documents.

One circuit for each kind of document, for analyses by the OCR service, and one for the results queue: nothing is paid
for whose message could not be sent. A circuit opens after ``FAILURE_THRESHOLD`` failures in a row. It lets one request
through each ``PROBE_SECONDS``, and closes at the first success.

Each circuit has an item in the table of the ledger: ``documentId`` (``service:<circuit>``), ``unanswered`` (failures in
a row), ``askedAt`` (epoch seconds of the last failure or probe). Only instances that saw a failure, or a document that
had to wait, write it.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

import msgspec

from sealed_ocr.aws.errors import ConditionFailed
from sealed_ocr.aws.table import Table
from sealed_ocr.common.kinds import Kind

FAILURE_THRESHOLD = 3
PROBE_SECONDS = 900
RESULTS_QUEUE = "results"
CIRCUITS = (*Kind, RESULTS_QUEUE)


class CircuitChanges(msgspec.Struct, frozen=True):
    """The circuits that a flush opened, and those that it closed or kept closed after failures."""

    opened: list[str] = []
    closed: list[str] = []


class CircuitBreaker:
    """All circuits, by name. Thread-safe. What writes to DynamoDB raises ``AwsError`` if that fails."""

    def __init__(self, table: Table, clock: Callable[[], float] = time.time) -> None:
        """``clock`` returns epoch seconds."""
        self._table = table
        self._clock = clock
        self._lock = threading.Lock()
        self._suspected: set[str] = set()
        self._succeeded: set[str] = set()
        self._failures: Counter[str] = Counter()

    def record_success(self, circuit: str) -> None:
        """Note that an analysis was answered, or a message was sent."""
        with self._lock:
            self._succeeded.add(circuit)

    def record_failure(self, circuit: str) -> None:
        """Note that the outcome of an analysis is unknown, or that a message could not be sent."""
        with self._lock:
            self._failures[circuit] += 1

    def may_be_open(self, circuit: str) -> bool:
        """Whether an earlier invocation of this instance saw a failure, and no success came since."""
        with self._lock:
            return circuit in self._suspected

    def allow_request(self, circuit: str) -> bool:
        """Whether a request may be made now: the circuit is closed, or the next probe is due."""
        now = int(self._clock())
        try:
            self._table.update(
                circuit_item(circuit),
                {"askedAt": now},
                condition="attribute_not_exists(#unanswered) OR #unanswered < :few OR #askedAt < :due",
                given={"few": FAILURE_THRESHOLD, "due": now - PROBE_SECONDS},
            )
        except ConditionFailed:
            with self._lock:
                self._suspected.add(circuit)
            return False
        return True

    def flush(self) -> CircuitChanges:
        """Write what was recorded since the last flush for the other instances. What cannot be written is dropped."""
        with self._lock:
            succeeded, failures = self._succeeded, self._failures
            self._succeeded, self._failures = set(), Counter()
            recovered = succeeded & (self._suspected | failures.keys())
            self._suspected = (self._suspected | failures.keys()) - succeeded
        now = int(self._clock())
        for circuit in recovered:
            self._table.update(circuit_item(circuit), {"unanswered": 0, "askedAt": now})
        opened = []
        for circuit in failures.keys() - succeeded:
            after = self._table.update(circuit_item(circuit), {"askedAt": now}, add={"unanswered": failures[circuit]})
            if 0 <= int(after["unanswered"]) - FAILURE_THRESHOLD < failures[circuit]:
                opened.append(circuit)
        return CircuitChanges(opened, sorted(recovered))


def circuit_item(circuit: str) -> str:
    """Return the key of a circuit's item."""
    return f"service:{circuit}"
