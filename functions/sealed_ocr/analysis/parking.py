"""Ends a delivery in the dead-letter queue: parks a document, or puts a malformed message aside.

A document that is parked is announced to consumers first, by a ``delayed`` message. If that cannot be sent, the
delivery is retried: its attempts are exhausted, so a repeat costs nothing (docs/adr/0084-delayed-message.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from sealed_ocr.analysis import messages
from sealed_ocr.analysis.correlation import Correlation
from sealed_ocr.analysis.deadline import InvocationDeadline
from sealed_ocr.analysis.encoding import MessageEncoder
from sealed_ocr.aws.circuit_breaker import RESULTS_QUEUE, CircuitBreaker
from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.images import read_metadata
from sealed_ocr.aws.ledger import Ledger
from sealed_ocr.aws.queues import Queues
from sealed_ocr.aws.uploads import Upload
from sealed_ocr.common.dead_letter_reason import DeadLetterReason
from sealed_ocr.common.document import Document
from sealed_ocr.common.log_event import LogEvent
from sealed_ocr.runtime.observability import Observability, error_name

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


class Parking:
    """Dead-letters deliveries. Never raises."""

    def __init__(
        self,
        ledger: Ledger,
        queues: Queues,
        breaker: CircuitBreaker,
        s3: S3Client,
        encoder: MessageEncoder,
        observability: Observability,
        clock: Callable[[], float],
    ) -> None:
        """``clock`` returns epoch seconds, for the time of a message."""
        self._ledger = ledger
        self._queues = queues
        self._breaker = breaker
        self._s3 = s3
        self._encoder = encoder
        self._observability = observability
        self._clock = clock

    def park(self, upload: Upload, deadline: InvocationDeadline, *, announce: bool, correlation: Correlation) -> bool:
        """Park a document. Return False if its delivery must be retried.

        With ``announce`` consumers are told. A dead letter that is only put back is not announced again.
        """
        document_id = upload.document.document_id
        # Three calls: both messages, and the write to the ledger. If there is no time, the next delivery makes them.
        if not deadline.allows_aws_calls(3) or (announce and not self._announce(upload, deadline, correlation)):
            return False
        if not self.dead_letter(
            upload.event(), DeadLetterReason.UNKNOWN_OUTCOME, deadline, LogEvent.DOCUMENT_DEAD_LETTERED
        ):
            return False
        try:
            self._ledger.park(document_id, DeadLetterReason.UNKNOWN_OUTCOME)
        except AwsError as failure:
            # A repeat costs nothing. Its attempts stay exhausted, or its dead letter says that it was parked.
            self._observability.record(LogEvent.LEDGER_WRITE_FAILED, fault=str(failure))
        return True

    def dead_letter(
        self,
        body: str,
        reason: DeadLetterReason,
        deadline: InvocationDeadline,
        event: Literal[LogEvent.DOCUMENT_DEAD_LETTERED, LogEvent.EVENT_DEAD_LETTERED],
    ) -> bool:
        """Send a message to the dead-letter queue. Return False if its delivery must be retried."""
        if not deadline.allows_aws_calls():
            return False
        try:
            self._queues.dead_letter(body, reason)
        except AwsError as failure:
            self._observability.record(LogEvent.DEAD_LETTER_FAILED, fault=str(failure))
            return False
        self._observability.record(event, reason=reason)
        return True

    def _announce(self, upload: Upload, deadline: InvocationDeadline, correlation: Correlation) -> bool:
        document = upload.document
        # Another delivery opened the image. The three calls that park the document come first.
        if not correlation.is_known and deadline.allows_aws_calls(4):
            self._look_up(document, correlation)
        try:
            message = messages.delayed(document, upload.bucket_arn, self._clock(), correlation.id)
            encoded = self._encoder.encode(message)
            # One try: the delivery comes back, while retries of many deliveries would use up the invocation.
            self._queues.send_result(encoded.body, encoded.attributes, until=0)
        except AwsError as failure:
            deadline.stop_ocr_calls()
            self._breaker.record_failure(RESULTS_QUEUE)
            self._observability.record(LogEvent.DEAD_LETTER_FAILED, fault=str(failure))
            return False
        except Exception as failure:  # noqa: BLE001 - recorded as what it is, and the batch must go on
            self._observability.internal_error(failure, document.kind)
            return False
        self._breaker.record_success(RESULTS_QUEUE)
        self._observability.record(LogEvent.RESULT_SENT, outcome="delayed")
        return True

    def _look_up(self, document: Document, correlation: Correlation) -> None:
        """Read the uploader's id from the image's metadata, and not the image: it may be what killed a function.

        The image may be gone by now: consumers are told anyway.
        """
        try:
            correlation.read(read_metadata(self._s3, document))
        except Exception as failure:  # noqa: BLE001 - a document is not parked later for want of a label
            self._observability.record(LogEvent.CORRELATION_ID_NOT_READ, fault=error_name(failure))
