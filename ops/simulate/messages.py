"""Looks for the messages about documents on the results queue, and leaves all messages there.

A look receives the messages once, and hides them from consumers for seconds. It counts as one of a message's receives.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from ops.redrive.dead_letters import DeadLetter, receive_all, set_visibility

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

# SQS leaves out a message from the age of the oldest one, which an alarm watches, after three receives.
MAX_LOOKS = 2
# The most messages that a look receives, which takes a small part of the time for which they are hidden.
MAX_MESSAGES = 2000
_HIDDEN_SECONDS = 120


class MessageDocument(msgspec.Struct):
    """``data.document``."""

    simulated: bool = False


class MessageRejection(msgspec.Struct, rename="camel"):
    """``data.rejection``."""

    result_code: int | None = None


class MessageData(msgspec.Struct, rename="camel"):
    """``data``. A message that is sealed to its consumer has the outcome and the result code here."""

    document: MessageDocument
    rejection: MessageRejection | None = None
    outcome: str | None = None
    result_code: int | None = None


class SeenMessage(msgspec.Struct, rename={"document_id": "id"}):
    """A message about a document, as far as it is compared."""

    document_id: str
    type: str
    data: MessageData

    @property
    def is_marked(self) -> bool:
        """Whether it says that the stage is simulated."""
        return self.data.document.simulated

    @property
    def end(self) -> str:
        """How the document ended, in the words of ``Case.expected``."""
        data = self.data
        word = data.outcome or self.type.removeprefix("sealed-ocr.document.").removesuffix(".v1")
        code = data.rejection.result_code if data.rejection else data.result_code
        return word if code is None else f"{word} {code}"


def look(sqs: SQSClient, url: str, document_ids: Collection[str]) -> dict[str, SeenMessage]:
    """Return the messages about the documents, by documentId.

    Raises
    ------
    AwsError
        If SQS fails or refuses.
    """
    received: list[DeadLetter] = []
    try:
        received.extend(islice(receive_all(sqs, url, _HIDDEN_SECONDS), MAX_MESSAGES))
    finally:
        set_visibility(sqs, url, received, 0)
    found = (message for each in received if (message := _read(each.body)) is not None)
    by_document = {message.document_id.removesuffix("-delayed"): message for message in found}
    return {document_id: message for document_id, message in by_document.items() if document_id in document_ids}


def _read(body: str) -> SeenMessage | None:
    try:
        return msgspec.json.decode(body, type=SeenMessage)
    except (msgspec.DecodeError, UnicodeError):
        return None
