"""The message that consumers receive with the setting ``consumerPublicKeys``: another one, sealed.

It is a CloudEvent with what routing needs. The complete message is encrypted inside, so that a consumer opens it and
goes on as without the setting. The object's key and the uploader's id are inside alone.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from sealed_ocr.analysis.messages import Analyzed, DelayedData, Message, Rejected, RejectedData
from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.redaction import Redacted

Outcome = Literal["analyzed", "rejected", "delayed"]

_DATE_TIME = {"format": "date-time"}
_COMPACT_JWE = r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){4}$"


class SealedDocument(Redacted, frozen=True, kw_only=True, rename="camel"):
    """What may be read of the upload."""

    document_id: Annotated[str, Meta(description="As in the message that is sealed.", pattern="^[0-9a-f]{32}$")]
    kind: Annotated[Kind | None, Meta(description="The folder: the OCR API's path. Null for an unknown one.")]
    simulated: (
        Annotated[bool, Meta(description="True in a simulated stage: nothing was read, all values are invented.")]
        | UnsetType
    ) = UNSET


class SealedData(Redacted, frozen=True, kw_only=True, rename="camel"):
    """What routing needs, and the message that is sealed."""

    document: SealedDocument
    outcome: Annotated[Outcome, Meta(description="What the message that is sealed says of the document.")]
    code: Annotated[str, Meta(description="The code of a rejection or a delay.")] | UnsetType = UNSET
    result_code: Annotated[int, Meta(description="The OCR service's, of a rejection that has one.")] | UnsetType = UNSET
    sealed: Annotated[
        str,
        Meta(
            description="The whole message: a JWE in compact form (RFC 7516), to the key that its header's kid names.",
            pattern=_COMPACT_JWE,
        ),
    ]


class Sealed(Redacted, frozen=True, kw_only=True):
    """A message for the holder of a private key alone."""

    specversion: Literal["1.0"] = "1.0"
    id: Annotated[str, Meta(description="That of the message that is sealed.")]
    source: Annotated[str, Meta(description="The bucket's ARN.")]
    time: Annotated[
        str,
        Meta(description="When the document was finished or delayed (RFC 3339).", extra_json_schema=_DATE_TIME),
    ]
    datacontenttype: Literal["application/json"] = "application/json"
    type: Literal["sealed-ocr.document.sealed.v1"] = "sealed-ocr.document.sealed.v1"
    data: SealedData


def wrap(message: Message, jwe: str) -> Sealed:
    """Return the sealed form of ``message``, of which ``jwe`` is the encryption."""
    document = message.data.document
    code, result_code = _codes(message)
    data = SealedData(
        document=SealedDocument(document_id=document.document_id, kind=document.kind, simulated=document.simulated),
        outcome=_outcome(message),
        code=code,
        result_code=result_code,
        sealed=jwe,
    )
    return Sealed(id=message.id, source=message.source, time=message.time, data=data)


def _outcome(message: Message) -> Outcome:
    if isinstance(message, Analyzed):
        return "analyzed"
    return "rejected" if isinstance(message, Rejected) else "delayed"


def _codes(message: Message) -> tuple[str | UnsetType, int | UnsetType]:
    match message.data:
        case RejectedData():
            return message.data.rejection.code, message.data.rejection.result_code
        case DelayedData():
            return message.data.delay.code, UNSET
        case _:
            return UNSET, UNSET
