"""Waiting for the messages of a run."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from types_boto3_sqs.client import SQSClient
    from types_boto3_sqs.literals import QueueAttributeNameType

_ANALYZED = "sealed-ocr.document.analyzed.v1"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Message:
    """A CloudEvent as it was received: ``text`` is the body of the SQS message, ``event`` what it says."""

    text: str
    event: dict[str, Any]

    @property
    def key(self) -> str:
        """The object's key."""
        return str(self.event["subject"])

    @property
    def analyzed(self) -> bool:
        """Whether the document was read, not rejected."""
        return bool(self.event["type"] == _ANALYZED)

    @property
    def claim(self) -> dict[str, Any] | None:
        """The ready-made claim, where the message offers one."""
        verification = self.event["data"].get("verification")
        return verification["request"] if verification else None


def messages(sqs: SQSClient, queue_url: str, keys: Collection[str], timeout: float) -> Iterator[Message]:
    """Yield the first message about each of these objects, as they come, until none came for ``timeout`` seconds.

    A message is deleted when it has come; at least once is what the queue promises, so a repeat is passed over.
    """
    missing = set(keys)
    deadline = time.monotonic() + timeout
    while missing and (left := deadline - time.monotonic()) > 0:
        received = sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=1 if left > 1 else 0)
        batch = received.get("Messages", [])
        if batch:
            sqs.delete_message_batch(
                QueueUrl=queue_url,
                Entries=[{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(batch)],
            )
        for message in batch:
            if (event := _event(message["Body"])) and event.key in missing:
                missing.discard(event.key)
                deadline = time.monotonic() + timeout
                yield event


def waiting(sqs: SQSClient, queue_url: str) -> dict[str, int]:
    """Return how many messages of the queue are visible and how many are in hand or put off."""
    names: dict[str, QueueAttributeNameType] = {
        "visible": "ApproximateNumberOfMessages",
        "in hand or put off": "ApproximateNumberOfMessagesNotVisible",
    }
    found = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=list(names.values()))["Attributes"]
    return {meaning: int(found[name]) for meaning, name in names.items()}


def _event(body: str) -> Message | None:
    try:
        message = Message(body, json.loads(body))
        _ = message.key, message.analyzed, message.claim
    except (ValueError, KeyError, TypeError, AttributeError):
        _log.warning("a message of the results queue is no event of ours")
        return None
    return message
