"""Use case: the deliveries of one invocation, processed side by side, each ending alone.

Uploads whose function was ever killed run after the others, one at a time, so that a poisoned image harms no neighbour
(quarantine).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING

import msgspec

from sealed_ocr.analysis.analyzer import Analyzer
from sealed_ocr.analysis.attempt_result import AttemptResult, Disposition
from sealed_ocr.analysis.backoff import back_off, jittered
from sealed_ocr.analysis.deadline import InvocationDeadline
from sealed_ocr.analysis.delivery import Delivery
from sealed_ocr.analysis.encoding import MessageEncoder
from sealed_ocr.analysis.parking import Parking
from sealed_ocr.aws.call_budget import CallBudget
from sealed_ocr.aws.circuit_breaker import CircuitBreaker
from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.ledger import Ledger
from sealed_ocr.aws.queues import Queues
from sealed_ocr.aws.uploads import Upload
from sealed_ocr.common.dead_letter_reason import DeadLetterReason
from sealed_ocr.common.log_event import LogEvent
from sealed_ocr.common.metric_name import Metric
from sealed_ocr.common.timestamps import timestamp
from sealed_ocr.runtime.observability import Observability

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_ACKNOWLEDGED = AttemptResult(Disposition.ACKNOWLEDGE)


class Batch:
    """Runs batches. One for the life of the process."""

    def __init__(
        self,
        analyzer: Analyzer,
        ledger: Ledger,
        queues: Queues,
        breaker: CircuitBreaker,
        budget: CallBudget,
        s3: S3Client,
        encoder: MessageEncoder,
        observability: Observability,
        threads: Executor,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``threads`` has as many workers as a batch has deliveries.

        ``clock`` returns epoch seconds, for the time of a message.
        """
        self._analyzer = analyzer
        self._parking = Parking(ledger, queues, breaker, s3, encoder, observability, clock)
        self._queues = queues
        self._breaker = breaker
        self._budget = budget
        self._observability = observability
        self._threads = threads

    def run(self, deliveries: Sequence[Delivery], deadline: InvocationDeadline) -> list[str]:
        """Process every delivery as far as possible; return the message ids of those that must be retried."""
        running = [
            (
                delivery,
                upload,
                self._threads.submit(
                    self._analyzer.run,
                    upload,
                    deadline,
                    receives=delivery.receives,
                    was_parked=delivery.was_parked,
                ),
            )
            for delivery in deliveries
            for upload in delivery.uploads
        ]
        for delivery in deliveries:
            if not delivery.uploads and delivery.fault is None:
                with self._observability.about(messageId=delivery.message_id, receiveCount=delivery.receives):
                    self._observability.record(LogEvent.EVENT_SKIPPED)
        ended = [(delivery, upload, future.result()) for delivery, upload, future in running]
        results: dict[str, list[AttemptResult]] = {delivery.message_id: [] for delivery in deliveries}
        for delivery, upload, result in ended:
            if result.disposition is Disposition.RUN_ALONE:
                result = self._analyzer.run(
                    upload,
                    deadline,
                    receives=delivery.receives,
                    alone=True,
                    previous_killed=result.previous_killed,
                    was_parked=delivery.was_parked,
                )
            results[delivery.message_id].append(self._settle(delivery, upload, result, deadline))
        for delivery in deliveries:
            results[delivery.message_id] += self._settle_malformed(delivery, results[delivery.message_id], deadline)
        retried = [
            delivery.message_id
            for delivery in deliveries
            if self._defer(delivery, results[delivery.message_id], deadline)
        ]
        self._share_with_other_instances(deadline)
        return retried

    def _share_with_other_instances(self, deadline: InvocationDeadline) -> None:
        """Write what the others need to know. What there is no time for, or cannot be written, is dropped."""
        try:
            if deadline.allows_aws_calls(2):
                reserved = self._budget.flush()
                if reserved is not None:
                    self._observability.metrics.record_percent(Metric.CALLS_RESERVED, reserved)
            if deadline.allows_aws_calls():
                changes = self._breaker.flush()
                for circuit in changes.opened:
                    self._observability.record(LogEvent.CIRCUIT_OPENED, circuit=circuit)
                for circuit in changes.closed:
                    self._observability.record(LogEvent.CIRCUIT_CLOSED, circuit=circuit)
        except AwsError as failure:
            self._observability.record(LogEvent.SHARED_STATE_NOT_WRITTEN, fault=str(failure))

    def _settle(
        self, delivery: Delivery, upload: Upload, result: AttemptResult, deadline: InvocationDeadline
    ) -> AttemptResult:
        """Dead-letter the upload if it must be; what remains is to acknowledge it or to retry it later."""
        if result.disposition is Disposition.REMAIN_PARKED and not delivery.was_parked:
            # Its dead letter exists already.
            return _ACKNOWLEDGED
        if result.disposition not in {Disposition.DEAD_LETTER, Disposition.REMAIN_PARKED}:
            return result
        announce = result.disposition is Disposition.DEAD_LETTER
        with self._observability.about(**result.identity, receiveCount=delivery.receives):
            if self._parking.park(upload, deadline, announce=announce, correlation=result.correlation):
                return _ACKNOWLEDGED
        return msgspec.structs.replace(
            result, disposition=Disposition.RETRY_LATER, wait_seconds=0, why="not-dead-lettered"
        )

    def _settle_malformed(
        self, delivery: Delivery, results: list[AttemptResult], deadline: InvocationDeadline
    ) -> list[AttemptResult]:
        """Dead-letter a malformed message once every upload that could be read in it has ended."""
        if delivery.fault is None or any(result.disposition is not Disposition.ACKNOWLEDGE for result in results):
            return []
        with self._observability.about(messageId=delivery.message_id, receiveCount=delivery.receives):
            self._observability.record(LogEvent.EVENT_MALFORMED, fault=delivery.fault)
            moved = self._parking.dead_letter(
                delivery.body, DeadLetterReason.MALFORMED_EVENT, deadline, LogEvent.EVENT_DEAD_LETTERED
            )
        return [_ACKNOWLEDGED if moved else AttemptResult(Disposition.RETRY_LATER)]

    def _defer(self, delivery: Delivery, results: list[AttemptResult], deadline: InvocationDeadline) -> bool:
        """Return whether the delivery must be retried; if so, set when."""
        waiting = [result for result in results if result.disposition is not Disposition.ACKNOWLEDGE]
        if not waiting:
            return False
        seconds = max(result.wait_seconds or jittered(back_off(delivery.receives)) for result in waiting)
        until = self._hide(delivery, seconds) if deadline.allows_aws_calls() else None
        for result in waiting:
            if result.identity:
                with self._observability.about(**result.identity, receiveCount=delivery.receives):
                    self._observability.record(LogEvent.ATTEMPT_DEFERRED, why=result.why, until=until)
        return True

    def _hide(self, delivery: Delivery, seconds: int) -> str | None:
        """Hide a delivery for ``seconds``. Return until when, or None: until the queue's visibility time-out ends."""
        try:
            self._queues.defer(delivery.receipt_handle, seconds)
        except AwsError as failure:
            with self._observability.about(messageId=delivery.message_id, receiveCount=delivery.receives):
                self._observability.record(LogEvent.DEFER_FAILED, fault=str(failure))
            return None
        return timestamp(time.time() + seconds)
