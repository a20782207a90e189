"""The documents that a message is about: an upload event, or a message for consumers."""

from __future__ import annotations

import msgspec
from sealed_ocr.aws.uploads import parse_event


class _Identified(msgspec.Struct, rename="camel"):
    document_id: str


class _Data(msgspec.Struct):
    document: _Identified


class _Result(msgspec.Struct):
    data: _Data
    type: str = ""


class MessageDocuments(msgspec.Struct, frozen=True):
    """What a message is about. ``type`` is that of a message for consumers, and "" for an upload event."""

    document_ids: list[str]
    type: str = ""


def read_documents(body: str) -> MessageDocuments:
    """Return the documents of an upload event or of a message for consumers; none of anything else."""
    try:
        result = msgspec.json.decode(body, type=_Result)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return MessageDocuments([upload.document.document_id for upload in parse_event(body).uploads])
    return MessageDocuments([result.data.document.document_id], result.type)
