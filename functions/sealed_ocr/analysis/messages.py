"""What consumers receive: CloudEvents 1.0 in JSON, of two types. Their JSON Schemas are generated from these types."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from sealed_ocr.common.redaction import Quiet

RejectionCode = Literal[
    "unknown-document-kind",
    "image-deleted",
    "image-overwritten",
    "image-empty",
    "image-too-large",
    "image-type-unsupported",
    "ocr-rejected",
    "result-too-large",
]

_DATE_TIME = {"format": "date-time"}


class _Member(Quiet, frozen=True, rename="camel"):
    pass


class Document(_Member, frozen=True, kw_only=True):
    """Which upload a message speaks of."""

    document_id: Annotated[
        str,
        Meta(description="Hash of bucket, key and version; the same for every repeat.", pattern="^[0-9a-f]{32}$"),
    ]
    kind: Annotated[str | None, Meta(description="The folder: the OCR API's path. Null for an unknown one.")]
    bucket: Annotated[str, Meta(description="The bucket's name.")]
    key: Annotated[str, Meta(description="The object's key, decoded.")]
    version_id: Annotated[str, Meta(description="The object's version, where the bucket keeps any.")] | UnsetType = (
        UNSET
    )
    e_tag: Annotated[str, Meta(description="The object's ETag, without quotes.")]
    size: Annotated[int, Meta(ge=0, description="Bytes.")]


class Verification(_Member, frozen=True, kw_only=True):
    """A claim, ready to be sent to /documents/{documentId}/authenticity."""

    expires_at: Annotated[str, Meta(description="When the offer ends (RFC 3339).", extra_json_schema=_DATE_TIME)]
    request: Annotated[dict[str, str], Meta(description="The claim's idType and fields.")]
    missing: Annotated[list[str], Meta(description="Fields that the claim still needs from the person.")]


class AnalyzedData(_Member, frozen=True, kw_only=True):
    """The document, and what was read."""

    document: Document
    result: Annotated[dict[str, Any], Meta(description="The OCR service's result, with its values decrypted.")]
    verification: Verification | UnsetType = UNSET


class Rejection(_Member, frozen=True, kw_only=True):
    """Why a document will never be read."""

    code: Annotated[RejectionCode, Meta(description="What to decide by.")]
    result_code: Annotated[int, Meta(description="The OCR service's, where it gave one.")] | UnsetType = UNSET
    reason: Annotated[str, Meta(description="A sentence for people; it may change.")]


class RejectedData(_Member, frozen=True, kw_only=True):
    """The document, and why it was rejected."""

    document: Document
    rejection: Rejection


class _Event(Quiet, frozen=True, kw_only=True):
    specversion: Literal["1.0"] = "1.0"
    id: Annotated[str, Meta(description="The documentId: a repeat is recognised by it.")]
    source: Annotated[str, Meta(description="The bucket's ARN.")]
    subject: Annotated[str, Meta(description="The object's key.")]
    time: Annotated[str, Meta(description="When the document was finished (RFC 3339).", extra_json_schema=_DATE_TIME)]
    datacontenttype: Literal["application/json"] = "application/json"


class Analyzed(_Event, frozen=True, kw_only=True):
    """A document was read."""

    type: Literal["sealed-ocr.document.analyzed.v1"] = "sealed-ocr.document.analyzed.v1"
    data: AnalyzedData


class Rejected(_Event, frozen=True, kw_only=True):
    """A document was refused, by the OCR service or before it was sent; it is not tried again."""

    type: Literal["sealed-ocr.document.rejected.v1"] = "sealed-ocr.document.rejected.v1"
    data: RejectedData


Message = Analyzed | Rejected


def timestamp(epoch: float) -> str:
    """Return ``epoch`` seconds as RFC 3339 in UTC, to the millisecond."""
    moment = dt.datetime.fromtimestamp(epoch, dt.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Announcer:
    """Makes the messages about one document."""

    def __init__(self, document: Document, bucket_arn: str, clock: Callable[[], float]) -> None:
        """``clock`` gives epoch seconds."""
        self._document = document
        self._clock = clock
        self._arn = bucket_arn

    def analyzed(self, result: dict[str, Any], verification: Verification | None) -> Analyzed:
        """Say what was read."""
        data = AnalyzedData(document=self._document, result=result, verification=verification or UNSET)
        return Analyzed(**self._about(), data=data)

    def rejected(self, code: RejectionCode, reason: str, result_code: int | None = None) -> Rejected:
        """Say why nothing was or will be read."""
        rejection = Rejection(code=code, reason=reason, result_code=UNSET if result_code is None else result_code)
        return Rejected(**self._about(), data=RejectedData(document=self._document, rejection=rejection))

    def _about(self) -> dict[str, Any]:
        return {
            "id": self._document.document_id,
            "source": self._arn,
            "subject": self._document.key,
            "time": timestamp(self._clock()),
        }


def encode(message: Message) -> str:
    """Return the message's JSON, in characters that SQS takes.

    SQS refuses U+FFFE and U+FFFF, which a key or a value may hold; JSON can write them as escapes.
    """
    text = msgspec.json.encode(message).decode()
    return text.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def attributes(message: Message) -> dict[str, str]:
    """Return the SQS message attributes that consumers filter by."""
    return {"type": message.type, "kind": message.data.document.kind or "unknown"}
