"""The messages that consumers receive: CloudEvents 1.0 in JSON. Their JSON Schemas are generated from these types."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from sealed_ocr.analysis.correlation import PATTERN, CorrelationId
from sealed_ocr.analysis.review import Review
from sealed_ocr.common.document import Document
from sealed_ocr.common.redaction import Redacted
from sealed_ocr.common.sealed_claim import SEALED_CLAIM_PATTERN
from sealed_ocr.common.timestamps import timestamp

RejectionCode = Literal[
    "unknown-document-kind",
    "image-deleted",
    "image-overwritten",
    "image-archived",
    "image-unreadable-key",
    "image-empty",
    "image-too-large",
    "image-type-unsupported",
    "ocr-rejected",
    "result-too-large",
]

_DATE_TIME = {"format": "date-time"}


class _Member(Redacted, frozen=True, rename="camel"):
    pass


class Verification(_Member, frozen=True, kw_only=True):
    """A claim, ready to be sent to /documents/{documentId}/authenticity."""

    expires_at: Annotated[str, Meta(description="When the offer ends (RFC 3339).", extra_json_schema=_DATE_TIME)]
    request: Annotated[dict[str, str], Meta(description="The claim's idType and fields.")]
    missing: Annotated[list[str], Meta(description="Fields that the claim still needs from the person.")]
    withheld: (
        Annotated[list[str], Meta(description="Fields that the claim has, but the stack's settings do not show.")]
        | UnsetType
    ) = UNSET
    sealed_claim: (
        Annotated[
            str,
            Meta(
                description="The complete claim, encrypted for the verify function. Send it in place of the fields.",
                pattern=SEALED_CLAIM_PATTERN,
            ),
        ]
        | UnsetType
    ) = UNSET


class Withheld(_Member, frozen=True, kw_only=True):
    """What was read and is not passed on. Present if the stack's omitFields or maskFields cover the card."""

    omitted: Annotated[list[str], Meta(description="Names of the fields whose values are left out.")]
    masked: Annotated[list[str], Meta(description="Names of the fields that show a part of their values.")]


class AnalyzedData(_Member, frozen=True, kw_only=True):
    """The document, and what was read."""

    document: Document
    result: Annotated[dict[str, Any], Meta(description="The OCR service's result, with its values decrypted.")]
    verification: Verification | UnsetType = UNSET
    review: Review | UnsetType = UNSET
    withheld: Withheld | UnsetType = UNSET


class Advice(_Member, frozen=True, kw_only=True):
    """What the applicant can do: a sentence or two in each language."""

    ko: Annotated[str, Meta(description="Korean.")]
    en: Annotated[str, Meta(description="English.")]


class Rejection(_Member, frozen=True, kw_only=True):
    """Why a document will never be read."""

    code: Annotated[RejectionCode, Meta(description="What to decide by.")]
    result_code: Annotated[int, Meta(description="The OCR service's, where it gave one.")] | UnsetType = UNSET
    reason: Annotated[str, Meta(description="A sentence for people; it may change.")]
    # Messages of earlier versions have neither.
    final: Annotated[bool, Meta(description="Whether no other image can succeed either.")] | UnsetType = UNSET
    advice: Annotated[Advice, Meta(description="For the applicant; the texts may change.")] | UnsetType = UNSET


class RejectedData(_Member, frozen=True, kw_only=True):
    """The document, and why it was rejected."""

    document: Document
    rejection: Rejection


class Delay(_Member, frozen=True, kw_only=True):
    """Why the outcome of a document is not known."""

    code: Annotated[Literal["unknown-outcome"], Meta(description="What to decide by.")]
    may_still_be_analyzed: Annotated[
        bool,
        Meta(description="Whether an operator can have it analyzed. A message of another type follows then."),
    ]
    reason: Annotated[str, Meta(description="A sentence for people; it may change.")]


class DelayedData(_Member, frozen=True, kw_only=True):
    """The document, and why it is delayed."""

    document: Document
    delay: Delay


class _Event(Redacted, frozen=True, kw_only=True):
    specversion: Literal["1.0"] = "1.0"
    id: Annotated[str, Meta(description="The documentId: a repeat is recognised by it.")]
    source: Annotated[str, Meta(description="The bucket's ARN.")]
    subject: Annotated[str, Meta(description="The object's key.")]
    time: Annotated[str, Meta(description="When the document was finished (RFC 3339).", extra_json_schema=_DATE_TIME)]
    datacontenttype: Literal["application/json"] = "application/json"
    correlationid: (
        Annotated[str, Meta(description="What the uploader gave as x-amz-meta-correlation-id.", pattern=f"^{PATTERN}$")]
        | UnsetType
    ) = UNSET


class Analyzed(_Event, frozen=True, kw_only=True):
    """A document was read."""

    type: Literal["sealed-ocr.document.analyzed.v1"] = "sealed-ocr.document.analyzed.v1"
    data: AnalyzedData


class Rejected(_Event, frozen=True, kw_only=True):
    """A document was refused, by the OCR service or before it was sent; it is not tried again."""

    type: Literal["sealed-ocr.document.rejected.v1"] = "sealed-ocr.document.rejected.v1"
    data: RejectedData


class Delayed(_Event, frozen=True, kw_only=True):
    """A document waits for an operator, because each of its calls may have been billed and no answer arrived."""

    id: Annotated[str, Meta(description="The documentId and -delayed: not the id of a later message of the document.")]
    time: Annotated[str, Meta(description="When the document was delayed (RFC 3339).", extra_json_schema=_DATE_TIME)]
    type: Literal["sealed-ocr.document.delayed.v1"] = "sealed-ocr.document.delayed.v1"
    data: DelayedData


Message = Analyzed | Rejected | Delayed


def new_rejection(code: RejectionCode, reason: str, result_code: int | None = None) -> Rejection:
    """Return why a document will never be read, with the advice about it."""
    # Most documents are not rejected, and need no texts.
    from sealed_ocr.common import advice

    found = advice.for_rejection(code, result_code)
    return Rejection(
        code=code,
        result_code=UNSET if result_code is None else result_code,
        reason=reason,
        final=found.final,
        advice=Advice(ko=found.ko, en=found.en),
    )


def analyzed(
    document: Document,
    bucket_arn: str,
    finished_at: float,
    result: dict[str, Any],
    verification: Verification | None,
    review: Review | None = None,
    correlation_id: CorrelationId = UNSET,
    withheld: Withheld | None = None,
) -> Analyzed:
    """Return the message of a document that was read. ``finished_at`` is in epoch seconds."""
    data = AnalyzedData(
        document=document,
        result=result,
        verification=verification or UNSET,
        review=review or UNSET,
        withheld=withheld or UNSET,
    )
    return Analyzed(**_attributes_of(document, bucket_arn, finished_at, correlation_id), data=data)


def rejected(
    document: Document,
    bucket_arn: str,
    finished_at: float,
    rejection: Rejection,
    correlation_id: CorrelationId = UNSET,
) -> Rejected:
    """Return the message of a document that will never be read. ``finished_at`` is in epoch seconds."""
    data = RejectedData(document=document, rejection=rejection)
    return Rejected(**_attributes_of(document, bucket_arn, finished_at, correlation_id), data=data)


def delayed(document: Document, bucket_arn: str, delayed_at: float, correlation_id: CorrelationId = UNSET) -> Delayed:
    """Return the message of a document that is parked. ``delayed_at`` is in epoch seconds.

    Its id is derived from the document's, so that a consumer recognises a repeat and still accepts the later message.
    """
    delay = Delay(
        code="unknown-outcome",
        may_still_be_analyzed=True,
        reason="no answer that can be trusted arrived; an operator decides whether to call the OCR service again",
    )
    attributes = _attributes_of(document, bucket_arn, delayed_at, correlation_id)
    attributes |= {"id": f"{document.document_id}-delayed"}
    return Delayed(**attributes, data=DelayedData(document=document, delay=delay))


def _attributes_of(
    document: Document, bucket_arn: str, finished_at: float, correlation_id: CorrelationId
) -> dict[str, Any]:
    return {
        "id": document.document_id,
        "source": bucket_arn,
        "subject": document.key,
        "time": timestamp(finished_at),
        "correlationid": correlation_id,
    }
