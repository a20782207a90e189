"""A message as SQS takes it: its body, and the attributes by which consumers filter."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from sealed_ocr.analysis.messages import Analyzed, Message
from sealed_ocr.common.redaction import Redacted


class QueueMessage(Redacted, frozen=True):
    """What is sent.

    Attributes
    ----------
    body
        JSON, in the clear or sealed.
    attributes
        The SQS message attributes, by name.
    needs_review
        Whether a person must look at the result.
    """

    body: str
    attributes: dict[str, str]
    needs_review: bool


def queue_message(message: Message, sealed: msgspec.Struct | None = None) -> QueueMessage:
    """Return ``message`` as SQS takes it. ``sealed`` is its sealed form, which takes its place in the body."""
    body = encode(sealed or message)
    attributes = {"type": message.type, "kind": message.data.document.kind or "unknown"}
    review = message.data.review if isinstance(message, Analyzed) else UNSET
    if review is UNSET:
        return QueueMessage(body, attributes, needs_review=False)
    attributes["review"] = "required" if review.required else "none"
    return QueueMessage(body, attributes, review.required)


def encode(message: msgspec.Struct) -> str:
    """Return the JSON of the message, in characters that SQS accepts.

    SQS refuses U+FFFE and U+FFFF, which a key or a value may contain. JSON can write them as escapes.
    """
    text = msgspec.json.encode(message).decode()
    return text.replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")
