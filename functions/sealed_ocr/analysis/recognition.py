"""From an upload to what its message says: checked before a byte is sent, read once, opened, offered for verification.

"Contracts" of the design: the key's folder is the API's path, the type is told by the first bytes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

from msgspec import UNSET

from sealed_ocr.analysis.deadline import Budget
from sealed_ocr.analysis.messages import Announcer, Document, Message, RejectionCode, Verification, timestamp
from sealed_ocr.aws.circuit_breaker import RESULTS, Outages
from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.images import ImageDeletedError, ImageOverwrittenError, S3Image
from sealed_ocr.aws.request_keys import RequestKeys, key_expires_at
from sealed_ocr.aws.uploads import Upload
from sealed_ocr.claims import offer
from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.client import Analysis, OcrClient
from sealed_ocr.ocr.errors import OutcomeUnknown, Rejected, Transient
from sealed_ocr.ocr.result_codes import TOO_LARGE
from sealed_ocr.runtime.observability import Report

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "image.png", b"\xff\xd8\xff": "image.jpg"}
_SIGNATURE_BYTES = 8


def kind_of(key: str) -> Kind | None:
    """Return the kind that an object key's folder names (the longest match), or None."""
    matches = [kind for kind in Kind if key.startswith(f"{kind}/")]
    return max(matches, key=len, default=None)


class Reading:
    """Reads uploads. Thread-safe."""

    def __init__(
        self,
        s3: S3Client,
        ocr: OcrClient,
        request_keys: RequestKeys,
        outages: Outages,
        report: Report,
        max_image_bytes: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``max_image_bytes`` is the largest plain image that is sent; ``clock`` gives epoch seconds."""
        self._s3 = s3
        self._ocr = ocr
        self._request_keys = request_keys
        self._outages = outages
        self._report = report
        self._max_image_bytes = max_image_bytes
        self._clock = clock

    def announcer(self, upload: Upload) -> Announcer:
        """Return what makes the upload's messages."""
        document = Document(
            document_id=upload.document_id,
            kind=kind_of(upload.key),
            bucket=upload.bucket,
            key=upload.key,
            e_tag=upload.e_tag,
            size=upload.size,
            version_id=UNSET if upload.version_id is None else upload.version_id,
        )
        return Announcer(document, upload.bucket_arn, self._clock)

    def read(self, upload: Upload, budget: Budget, *, last: bool) -> Message:
        """Have the upload read within ``budget``; a refusal is a message too.

        The ``last`` attempt of a document waits while the service is known to answer no analyses, and goes out only
        once it has answered something that costs nothing: an outage would otherwise use up what is there for a lost
        answer.

        Raises
        ------
        OcrError, AwsError
            when there is no message yet. Only ``OutcomeUnknown`` may have been billed.
        """
        say = self.announcer(upload)
        kind = kind_of(upload.key)
        if kind is None:
            folders = ", ".join(f"{kind}/" for kind in Kind)
            return say.rejected("unknown-document-kind", f"the key must start with one of: {folders}")
        # A request that is sealed again reads the image again, so these may come at any time until it is sent.
        try:
            with closing(S3Image(self._s3, upload)) as image:
                return self._refusal(image, say) or self._analyzed(upload, kind, image, say, budget, last)
        except ImageDeletedError:
            return say.rejected("image-deleted", "the object was deleted before it was read")
        except ImageOverwrittenError:
            return say.rejected("image-overwritten", "the object was overwritten before it was read")

    def _refusal(self, image: S3Image, say: Announcer) -> Message | None:
        if image.size == 0:
            return say.rejected("image-empty", "the object has no bytes")
        if image.size > self._max_image_bytes:
            return say.rejected("image-too-large", f"the image has more than {self._max_image_bytes} bytes")
        head = image.head(_SIGNATURE_BYTES)
        file_name = next((name for start, name in _SIGNATURES.items() if head.startswith(start)), None)
        if file_name is None:
            return say.rejected("image-type-unsupported", "the file is neither a PNG nor a JPEG image")
        image.file_name = file_name
        return None

    def _analyzed(
        self, upload: Upload, kind: Kind, image: S3Image, say: Announcer, budget: Budget, last: bool
    ) -> Message:
        # Asked again, since the image may have been slow to come, or another document's message could not be kept.
        if not budget.allows_a_call():
            raise Transient("this invocation starts no further calls")
        if self._outages.doubts(RESULTS) and not self._outages.may_ask(RESULTS):
            raise Transient("the call waits until the results queue takes messages again")
        if last and not self._outages.may_ask(kind):
            raise Transient("the last attempt waits until the service answers analyses again")
        started = time.monotonic()
        try:
            analysis = self._ocr.analyze(kind, image, budget.deadline, sign_of_life=last)
        except OutcomeUnknown:
            self._outages.unanswered(kind)
            raise
        except Rejected as refused:
            self._outages.answered(kind)
            code: RejectionCode = "image-too-large" if refused.code == TOO_LARGE else "ocr-rejected"
            return say.rejected(code, refused.reason, refused.code)
        finally:
            # The image's way from S3 is in it: it is read while it is sent.
            self._report.tally.took("OcrLatency", (time.monotonic() - started) * 1000, kind)
        self._outages.answered(kind)
        return say.analyzed(analysis.result, self._verification(upload, kind, analysis))

    def _verification(self, upload: Upload, kind: Kind, analysis: Analysis) -> Verification | None:
        # A payment card's answer was not checked for what an ID card's has, though it may hold something of that name.
        claim = None if kind is Kind.CREDIT_CARD else offer(analysis.result)
        if analysis.request_key is None or claim is None:
            return None
        expires_at = key_expires_at(analysis.requested_at)
        id_type = claim.request["idType"]
        try:
            kept = self._request_keys.offer(upload.document_id, analysis.request_key, id_type, expires_at)
        except AwsError as failure:
            self._report.counted("OfferNotKept", str(failure), upload.document_id)
            return None
        if not kept:
            self._report.counted("OfferNotKept", "a verdict was given or is under way", upload.document_id)
            return None
        return Verification(expires_at=timestamp(expires_at), request=claim.request, missing=claim.missing)
