"""The message that a document was erased on demand (``ops erase``). The functions never send it, and do not import it.

It holds nothing of what was erased but the ``documentId``: no key, no kind, no id of the uploader's. An erasure that is
resumed does not know them any more, and sends the same message again.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta

from sealed_ocr.common.redaction import Redacted
from sealed_ocr.common.timestamps import timestamp

TYPE: Final = "sealed-ocr.document.erased.v1"


class ErasedDocument(Redacted, frozen=True, kw_only=True, rename="camel"):
    """Which document was erased."""

    document_id: Annotated[
        str, Meta(description="The documentId of all messages about the document.", pattern="^[0-9a-f]{32}$")
    ]


class ErasedData(Redacted, frozen=True, kw_only=True):
    """The document."""

    document: ErasedDocument


class Erased(Redacted, frozen=True, kw_only=True):
    """An operator erased a document. Erase what you hold of it, and accept no later message about it."""

    specversion: Literal["1.0"] = "1.0"
    id: Annotated[str, Meta(description="The documentId and -erased: not the id of another message of the document.")]
    source: Annotated[str, Meta(description="The bucket's ARN.")]
    time: Annotated[
        str,
        Meta(description="When the document was erased (RFC 3339).", extra_json_schema={"format": "date-time"}),
    ]
    datacontenttype: Literal["application/json"] = "application/json"
    type: Literal["sealed-ocr.document.erased.v1"] = TYPE
    data: ErasedData


def erased(document_id: str, bucket: str, erased_at: float) -> Erased:
    """Return the message of a document that was erased. ``erased_at`` is in epoch seconds."""
    return Erased(
        id=f"{document_id}-erased",
        source=f"arn:aws:s3:::{bucket}",
        time=timestamp(erased_at),
        data=ErasedData(document=ErasedDocument(document_id=document_id)),
    )


def attributes(message: Erased) -> dict[str, str]:
    """Return the SQS message attributes. The kind was erased too."""
    return {"type": message.type, "kind": "unknown"}
