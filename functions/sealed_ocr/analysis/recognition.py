"""From an uploaded image to what its message says: check it, have it recognised, offer its verification."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

from sealed_ocr.analysis.correlation import Correlation
from sealed_ocr.analysis.deadline import InvocationDeadline
from sealed_ocr.analysis.image_check import check_image
from sealed_ocr.analysis.messages import Rejection, RejectionCode, Verification, Withheld, new_rejection
from sealed_ocr.analysis.review import Review, review_of
from sealed_ocr.aws.call_budget import CallBudget
from sealed_ocr.aws.circuit_breaker import RESULTS_QUEUE, CircuitBreaker
from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.images import ImageUnreadableError, S3Image
from sealed_ocr.aws.request_keys import RequestKeys, key_expires_at
from sealed_ocr.claims import offer
from sealed_ocr.common.billed_call import BilledCall
from sealed_ocr.common.document import Document
from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.log_event import LogEvent
from sealed_ocr.common.metric_name import Metric
from sealed_ocr.common.redaction import Redacted
from sealed_ocr.common.timestamps import timestamp
from sealed_ocr.ocr.client import Analysis
from sealed_ocr.ocr.errors import CircuitOpen, EngineFailed, HeldBack, OutcomeUnknown, Rejected, Transient
from sealed_ocr.ocr.kind_specs import KIND_SPECS
from sealed_ocr.ocr.result_codes import TOO_LARGE
from sealed_ocr.runtime.call_counts import CallEnd, call_end
from sealed_ocr.runtime.observability import Observability
from sealed_ocr.runtime.wiring import OcrService

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

    from sealed_ocr.analysis.withholding import Withholder


class Recognition(Redacted, frozen=True):
    """The decrypted result, the verification that is offered with it, what a person must review, what is withheld."""

    result: dict[str, Any]
    verification: Verification | None
    review: Review | None
    withheld: Withheld | None = None


class Recognizer:
    """Has images recognised. Thread-safe."""

    def __init__(
        self,
        s3: S3Client,
        ocr: OcrService,
        request_keys: RequestKeys,
        breaker: CircuitBreaker,
        budget: CallBudget,
        observability: Observability,
        max_image_bytes: int,
        review_below: Mapping[Kind, float],
        withholder: Withholder | None = None,
    ) -> None:
        """``max_image_bytes`` is the size of the largest plain image that is sent.

        ``review_below`` has the confidence below which a field is reviewed, for each kind that is reviewed.
        ``withholder`` withholds fields, if the stage does.
        """
        self._s3 = s3
        self._ocr = ocr
        self._request_keys = request_keys
        self._breaker = breaker
        self._budget = budget
        self._observability = observability
        self._max_image_bytes = max_image_bytes
        self._review_below = review_below
        self._withholder = withholder

    def recognize(
        self, document: Document, deadline: InvocationDeadline, correlation: Correlation, *, last_attempt: bool
    ) -> Recognition | Rejection:
        """Have the image recognised before ``deadline``. ``correlation`` learns its id as soon as the image is open.

        The last attempt of a document waits while the circuit of its kind is open. It is sent only after the service
        has responded to a request that costs nothing; otherwise an outage would consume the attempt reserved for lost
        responses.

        Raises
        ------
        OcrError, AwsError
            If there is no result yet. Only ``OutcomeUnknown`` and ``EngineFailed`` may have been billed.
        """
        kind = document.kind
        if kind is None:
            folders = ", ".join(f"{kind}/" for kind in Kind)
            return new_rejection("unknown-document-kind", f"the key must start with one of: {folders}")
        # A request that is sealed again reads the image again, so this exception may come until it is sent.
        try:
            with closing(S3Image(self._s3, document)) as image:
                self._observability.record(LogEvent.IMAGE_OPENED, bytes=image.size)
                correlation.read(image.metadata)
                rejection = check_image(image, self._max_image_bytes)
                return rejection or self._analyze(document, kind, image, deadline, last_attempt)
        except ImageUnreadableError as unreadable:
            return new_rejection(unreadable.code, unreadable.reason)

    def _analyze(
        self, document: Document, kind: Kind, image: S3Image, deadline: InvocationDeadline, last_attempt: bool
    ) -> Recognition | Rejection:
        self._require_permission(kind, deadline, last_attempt)
        end: CallEnd | None = CallEnd.DOUBTFUL
        try:
            recognized = self._call(document, kind, image, deadline, last_attempt)
        except ImageUnreadableError:
            # The second reading failed, for an image that is sealed again; the first request was refused.
            end = None
            raise
        except Exception as failure:
            end = call_end(failure)
            raise
        else:
            end = CallEnd.WITHOUT_RESULT if isinstance(recognized, Rejection) else CallEnd.ANSWERED
            return recognized
        finally:
            if end is None:
                self._budget.put_back()
            else:
                self._observability.metrics.count(Metric.CALLS, kind)
                self._observability.calls.count(BilledCall(kind), end)

    def _call(
        self, document: Document, kind: Kind, image: S3Image, deadline: InvocationDeadline, last_attempt: bool
    ) -> Recognition | Rejection:
        try:
            analysis = self._ocr.analyze(kind, image, deadline.ocr_deadline, require_fresh_public_key=last_attempt)
        except OutcomeUnknown:
            self._breaker.record_failure(kind)
            raise
        except Rejected as rejected:
            self._breaker.record_success(kind)
            if isinstance(rejected, EngineFailed) and not last_attempt:
                raise
            code: RejectionCode = "image-too-large" if rejected.code == TOO_LARGE else "ocr-rejected"
            return new_rejection(code, rejected.reason, rejected.code)
        self._breaker.record_success(kind)
        verification = self._offer(document, kind, analysis)
        review, withheld = self._review(kind, analysis.result, verification), None
        if self._withholder:
            # From here on, nothing needs a value that is withheld.
            verification, withheld = self._withholder.apply(document.document_id, kind, analysis, verification)
        return Recognition(analysis.result, verification, review, withheld)

    def _review(self, kind: Kind, result: dict[str, Any], verification: Verification | None) -> Review | None:
        below = self._review_below.get(kind)
        if below is None:
            return None
        return review_of(KIND_SPECS[kind].readings(result), verification.missing if verification else (), below)

    def _require_permission(self, kind: Kind, deadline: InvocationDeadline, last_attempt: bool) -> None:
        """Raise ``Transient`` if the call must wait."""
        # Checked again here: the image may have been slow, or the message of another document could not be recorded.
        if not deadline.allows_ocr_call():
            raise Transient("this invocation starts no further calls")
        if self._breaker.may_be_open(RESULTS_QUEUE) and not self._breaker.allow_request(RESULTS_QUEUE):
            raise CircuitOpen("the call waits until the results queue accepts messages again")
        if last_attempt and not self._breaker.allow_request(kind):
            raise CircuitOpen("the last attempt waits until the service answers analyses again")
        wait_seconds = self._budget.take()
        if wait_seconds:
            raise HeldBack("the stage's ceiling on calls is reached", wait_seconds)

    def _offer(self, document: Document, kind: Kind, analysis: Analysis) -> Verification | None:
        # Only the result of such a kind was checked for the members that a claim is made of.
        claim = offer(analysis.result) if KIND_SPECS[kind].offers_claim else None
        if analysis.request_key is None or claim is None:
            return None
        expires_at = key_expires_at(analysis.requested_at)
        id_type = claim.request["idType"]
        try:
            stored = self._request_keys.offer(document.document_id, analysis.request_key, id_type, expires_at)
        except AwsError as failure:
            self._observability.record(LogEvent.REQUEST_KEY_NOT_STORED, fault=str(failure))
            return None
        if not stored:
            self._observability.record(
                LogEvent.REQUEST_KEY_NOT_STORED, fault="a verdict for this card was given or is under way"
            )
            return None
        return Verification(expires_at=timestamp(expires_at), request=claim.request, missing=claim.missing)
