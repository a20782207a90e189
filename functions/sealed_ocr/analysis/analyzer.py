"""Use case: one uploaded image, one message.

The order is the guarantee: claim the document in the ledger, recognise it once, send its message, and only then record
it as done. Each failure on the way decides what happens to the delivery (docs/adr/0002).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from msgspec import UNSET
from msgspec.structs import replace

from sealed_ocr.analysis import messages
from sealed_ocr.analysis.attempt_result import AttemptResult, Disposition
from sealed_ocr.analysis.correlation import Correlation, CorrelationId
from sealed_ocr.analysis.deadline import InvocationDeadline
from sealed_ocr.analysis.deferral import deferral_after
from sealed_ocr.analysis.encoding import MessageEncoder
from sealed_ocr.analysis.queue_message import QueueMessage
from sealed_ocr.analysis.recognition import Recognition, Recognizer
from sealed_ocr.aws.circuit_breaker import RESULTS_QUEUE, CircuitBreaker
from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.ledger import Claimed, Ledger, Refused
from sealed_ocr.aws.queues import MAX_MESSAGE_BYTES, Queues
from sealed_ocr.aws.uploads import Upload
from sealed_ocr.common.billed_call import BilledCall
from sealed_ocr.common.document import Document
from sealed_ocr.common.log_event import LogEvent
from sealed_ocr.common.metric_name import Metric
from sealed_ocr.runtime.call_counts import CallEnd, call_end
from sealed_ocr.runtime.observability import Observability


class Analyzer:
    """Processes one upload at a time. Thread-safe; never raises."""

    def __init__(
        self,
        ledger: Ledger,
        recognizer: Recognizer,
        queues: Queues,
        breaker: CircuitBreaker,
        encoder: MessageEncoder,
        observability: Observability,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``clock`` returns epoch seconds, for the time of a message."""
        self._ledger = ledger
        self._recognizer = recognizer
        self._queues = queues
        self._breaker = breaker
        self._encoder = encoder
        self._observability = observability
        self._clock = clock

    def run(
        self,
        upload: Upload,
        deadline: InvocationDeadline,
        *,
        receives: int,
        alone: bool = False,
        previous_killed: bool = False,
        was_parked: bool = False,
    ) -> AttemptResult:
        """Process ``upload``, whose message was received ``receives`` times, as far as possible now.

        With ``alone`` an expired lease is taken over: no other document runs that could be harmed.
        ``previous_killed`` is the one of the ``AttemptResult`` that asked for it. With ``was_parked`` the delivery is
        the dead letter of a parked document, redriven.
        """
        document = upload.document
        with self._observability.about(documentId=document.document_id, receiveCount=receives):
            if not deadline.allows_ocr_call():
                return AttemptResult(
                    Disposition.RETRY_LATER, why="too-little-time", identity={"documentId": document.document_id}
                )
            try:
                claimed = self._ledger.claim(
                    document.document_id, take_over=alone, was_parked=was_parked, created_at=upload.created_at
                )
            except AwsError as failure:
                deadline.stop_ocr_calls()
                error = self._observability.attempt_failed(document.kind, failure)
                return AttemptResult(Disposition.RETRY_LATER, why=error, identity={"documentId": document.document_id})
            if isinstance(claimed, Refused):
                return self._refused(document, claimed)
            if previous_killed:
                self._count_killed(document)
            attempt_id = claimed.attempt.attempt_id
            self._observability.identify(attemptId=attempt_id)
            self._observability.record(LogEvent.ATTEMPT_STARTED, kind=document.kind, last=claimed.last or None)
            result = self._attempt(upload, claimed, deadline, receives)
            return replace(result, identity={"documentId": document.document_id, "attemptId": attempt_id})

    def _refused(self, document: Document, refused: Refused) -> AttemptResult:
        refusal = refused.refusal
        self._observability.record(LogEvent.ATTEMPT_REFUSED, refusal=refusal.value)
        if refused.last_killed:
            self._count_killed(document)
        return AttemptResult.of_refusal(refused, document.document_id)

    def _count_killed(self, document: Document) -> None:
        """Count the attempt of a killed function, which could not count it itself."""
        self._observability.record(LogEvent.PREVIOUS_ATTEMPT_KILLED)
        if document.kind is not None:
            self._observability.calls.count(BilledCall(document.kind), CallEnd.DOUBTFUL)

    def _attempt(self, upload: Upload, claimed: Claimed, deadline: InvocationDeadline, receives: int) -> AttemptResult:
        correlation = Correlation()
        try:
            self._encoder.require_ready()
            recognized = self._recognizer.recognize(upload.document, deadline, correlation, last_attempt=claimed.last)
            message, encoded = self._message(upload, recognized, correlation.id)
        except Exception as failure:  # noqa: BLE001 - recorded as what it is, and the batch must go on
            possibly_billed = call_end(failure) is not None
            failed = self._fail(upload, claimed, failure, deadline, receives, possibly_billed=possibly_billed)
            return replace(failed, correlation=correlation)
        finally:
            if correlation.faulty:
                self._observability.record(LogEvent.CORRELATION_ID_IGNORED)
        # Only a rejection by the service has a result code. Nobody promises that such an answer is free.
        answered = isinstance(recognized, Recognition) or recognized.result_code is not UNSET
        try:
            self._queues.send_result(
                encoded.body, encoded.attributes, deadline.send_deadline, for_review=encoded.needs_review
            )
        except AwsError as failure:
            deadline.stop_ocr_calls()
            self._breaker.record_failure(RESULTS_QUEUE)
            if answered:
                self._observability.metrics.count(Metric.POSSIBLY_BILLED)
            self._observability.record(LogEvent.RESULT_NOT_SENT, fault=str(failure), possiblyBilled=answered)
            failed = self._fail(upload, claimed, failure, deadline, receives, possibly_billed=answered)
            return replace(failed, correlation=correlation)
        self._breaker.record_success(RESULTS_QUEUE)
        return self._finish(upload, claimed, message, deadline, answered=answered)

    def _message(
        self, upload: Upload, recognized: Recognition | messages.Rejection, correlation_id: CorrelationId
    ) -> tuple[messages.Message, QueueMessage]:
        """Return the message about the upload, and how it is sent."""
        document, arn, now = upload.document, upload.bucket_arn, self._clock()
        if isinstance(recognized, messages.Rejection):
            code = None if recognized.result_code is UNSET else recognized.result_code
            self._observability.record(LogEvent.DOCUMENT_REJECTED, code=recognized.code, resultCode=code)
            rejected = messages.rejected(document, arn, now, recognized, correlation_id)
            return rejected, self._encoder.encode(rejected)
        message = messages.analyzed(
            document,
            arn,
            now,
            recognized.result,
            recognized.verification,
            recognized.review,
            correlation_id,
            recognized.withheld,
        )
        encoded = self._encoder.encode(message)
        if len(encoded.body.encode()) > MAX_MESSAGE_BYTES:
            too_large = messages.new_rejection(
                "result-too-large", "the recognised result is larger than a message can be"
            )
            return self._message(upload, too_large, correlation_id)
        return message, encoded

    def _finish(
        self,
        upload: Upload,
        claimed: Claimed,
        message: messages.Message,
        deadline: InvocationDeadline,
        *,
        answered: bool,
    ) -> AttemptResult:
        self._record_wait(upload)
        kind = upload.document.kind
        rejection = message.data.rejection if isinstance(message, messages.Rejected) else None
        outcome, code = ("rejected", rejection.code) if rejection else ("analyzed", "")
        fault = f"{code}.{rejection.result_code}" if rejection and rejection.result_code is not UNSET else code
        self._observability.record(LogEvent.RESULT_SENT, outcome=outcome)
        try:
            self._ledger.finish(claimed, outcome, may_be_billed=answered, code=fault)
        except AwsError as failure:
            # The message was sent, so the delivery is done. Only a later duplicate would be paid for again.
            deadline.stop_ocr_calls()
            self._observability.record(LogEvent.LEDGER_WRITE_FAILED, fault=str(failure))
        self._observability.document_finished(kind, outcome)
        return AttemptResult(Disposition.ACKNOWLEDGE)

    def _record_wait(self, upload: Upload) -> None:
        """Record the seconds from the upload to its message, all waits in queues included."""
        seconds = self._clock() - upload.created_at
        if math.isfinite(seconds):
            # The clocks of S3 and of the function may differ by some milliseconds.
            kind = upload.document.kind or "unknown"
            self._observability.metrics.record_seconds(Metric.SECONDS_TO_MESSAGE, max(round(seconds, 3), 0.0), kind)

    def _fail(
        self,
        upload: Upload,
        claimed: Claimed,
        failure: Exception,
        deadline: InvocationDeadline,
        receives: int,
        *,
        possibly_billed: bool,
    ) -> AttemptResult:
        """Record in the ledger that the attempt failed."""
        reason = self._observability.attempt_failed(upload.document.kind, failure)
        record = self._ledger.doubt if possibly_billed else self._ledger.release
        exhausted = possibly_billed and claimed.last
        deferral = None if exhausted else deferral_after(failure, receives)
        try:
            record(claimed, reason, deferral)
        except AwsError as unrecorded:
            deadline.stop_ocr_calls()
            self._observability.record(LogEvent.LEDGER_WRITE_FAILED, fault=str(unrecorded))
            return AttemptResult(Disposition.RETRY_LATER, why="not-recorded")
        if deferral is None:
            return AttemptResult(Disposition.DEAD_LETTER)
        return AttemptResult(Disposition.RETRY_LATER, deferral.wait_seconds, reason)
