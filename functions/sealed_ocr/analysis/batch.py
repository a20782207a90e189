"""Use case: a batch of deliveries, all at the same time, each ending by itself.

Uploads of which an attempt was ever killed run after the others, one at a time, so that a poisoned image harms nobody
else.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Any

import msgspec

from sealed_ocr.analysis.analyzer import UNKNOWN_OUTCOME, Analyzer, Next, Outcome
from sealed_ocr.analysis.backoff import back_off, jittered
from sealed_ocr.analysis.deadline import Budget
from sealed_ocr.aws.circuit_breaker import Outages
from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.ledger import Ledger
from sealed_ocr.aws.queues import Queues
from sealed_ocr.aws.uploads import Event, Upload, parse_event
from sealed_ocr.runtime.observability import Report

MALFORMED = "malformed-event"
ACKNOWLEDGED = Outcome(Next.ACKNOWLEDGE)


class Delivery(msgspec.Struct, frozen=True):
    """One SQS message as it was received."""

    message_id: str
    receipt_handle: str
    body: str
    receives: int
    parked_for: str | None

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Delivery:
        """Read a record of a Lambda event from SQS."""
        reason = record.get("messageAttributes", {}).get("reason", {})
        return cls(
            message_id=record["messageId"],
            receipt_handle=record["receiptHandle"],
            body=record["body"],
            receives=int(record["attributes"]["ApproximateReceiveCount"]),
            parked_for=reason.get("stringValue"),
        )


class Batch:
    """Runs batches. One for the life of the process."""

    def __init__(
        self,
        analyzer: Analyzer,
        ledger: Ledger,
        queues: Queues,
        outages: Outages,
        report: Report,
        threads: Executor,
    ) -> None:
        """``threads`` has as many workers as a batch has deliveries."""
        self._analyzer = analyzer
        self._ledger = ledger
        self._queues = queues
        self._outages = outages
        self._report = report
        self._threads = threads

    def run(self, deliveries: Sequence[Delivery], budget: Budget) -> list[str]:
        """Bring every delivery as far as it goes; return the message ids of those that must come again."""
        parsed = [(delivery, parse_event(delivery.body)) for delivery in deliveries]
        running = [
            (delivery, upload, self._threads.submit(self._analyzer.run, upload, budget))
            for delivery, event in parsed
            for upload in event.uploads
        ]
        ended = [(delivery, upload, future.result()) for delivery, upload, future in running]
        outcomes: dict[str, list[Outcome]] = {delivery.message_id: [] for delivery in deliveries}
        for delivery, upload, outcome in ended:
            if outcome.next is Next.RUN_ALONE:
                outcome = self._analyzer.run(upload, budget, alone=True, killed=outcome.killed)
            outcomes[delivery.message_id].append(self._settle(delivery, upload, outcome, budget))
        for delivery, event in parsed:
            outcomes[delivery.message_id] += self._set_aside(delivery, event, outcomes[delivery.message_id], budget)
        again = [delivery for delivery in deliveries if self._put_off(delivery, outcomes[delivery.message_id], budget)]
        try:
            if budget.allows_aws():
                self._outages.tell()
        except AwsError as failure:
            self._report.noted(str(failure))
        return [delivery.message_id for delivery in again]

    def _set_aside(self, delivery: Delivery, event: Event, outcomes: list[Outcome], budget: Budget) -> list[Outcome]:
        """Park a message that is malformed, once all that could be read in it has come to its end."""
        if event.fault is None or any(outcome.next is not Next.ACKNOWLEDGE for outcome in outcomes):
            return []
        self._report.counted("MalformedEvent", event.fault, messageId=delivery.message_id)
        return [self._park(delivery.body, MALFORMED, budget)]

    def _settle(self, delivery: Delivery, upload: Upload, outcome: Outcome, budget: Budget) -> Outcome:
        """Park what must be parked; what remains is acknowledging or coming back."""
        if outcome.next is Next.PARK:
            parked = self._park(_event_of(upload), UNKNOWN_OUTCOME, budget, upload.document_id)
            if parked.next is Next.ACKNOWLEDGE:
                try:
                    self._ledger.park(upload.document_id, UNKNOWN_OUTCOME)
                except AwsError as failure:
                    # It is exhausted all the same: a repeat would be parked again, and cost nothing.
                    self._report.counted("LedgerWriteFailed", str(failure), upload.document_id)
            return parked
        if outcome.next is Next.STAY_PARKED:
            # Its dead letter is there already, unless this delivery is that very letter, sent back.
            if delivery.parked_for == UNKNOWN_OUTCOME:
                return self._park(_event_of(upload), UNKNOWN_OUTCOME, budget, upload.document_id)
            return ACKNOWLEDGED
        return outcome

    def _park(self, body: str, reason: str, budget: Budget, document_id: str = "") -> Outcome:
        # The letter, and what the ledger is told of it. The next delivery parks what this one has no time for.
        if not budget.allows_aws(calls=2):
            return Outcome(Next.COME_BACK)
        try:
            self._queues.park(body, reason)
        except AwsError as failure:
            self._report.counted("ParkFailed", str(failure), document_id)
            return Outcome(Next.COME_BACK)
        self._report.counted("Parked", f"put into the dead-letter queue: {reason}", document_id)
        return ACKNOWLEDGED

    def _put_off(self, delivery: Delivery, outcomes: list[Outcome], budget: Budget) -> bool:
        """Say whether a delivery must come again, and see to when."""
        waiting = [outcome for outcome in outcomes if outcome.next is not Next.ACKNOWLEDGE]
        if not waiting:
            return False
        if not budget.allows_aws():
            # It then comes back after the queue's own visibility time-out.
            return True
        seconds = max(outcome.wait_seconds or back_off(delivery.receives) for outcome in waiting)
        try:
            self._queues.put_off(delivery.receipt_handle, jittered(seconds))
        except AwsError as failure:
            # The same again.
            self._report.noted(str(failure), messageId=delivery.message_id)
        return True


def _event_of(upload: Upload) -> str:
    """Return an upload event that holds this document alone, whatever else came in its message."""
    return msgspec.json.encode({"Records": [upload.record]}).decode()
