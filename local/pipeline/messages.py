"""The messages on the results queue."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workstation.sealed_messages import PrivateKeyFault, is_sealed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from types_boto3_sqs.client import SQSClient
    from types_boto3_sqs.literals import QueueAttributeNameType

    from workstation.sealed_messages import Opener

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Message:
    """A received CloudEvent: ``text`` is the body of the SQS message or what was sealed in it, ``event`` is decoded."""

    text: str
    event: dict[str, Any]

    @property
    def key(self) -> str:
        """The object's key; of an erased document its documentId, since the message holds no key."""
        return str(self.event.get("subject") or self.event["data"]["document"]["documentId"])

    @property
    def analyzed(self) -> bool:
        """Whether the document was analyzed, not rejected, delayed or erased."""
        return self.outcome == "analyzed"

    @property
    def outcome(self) -> str:
        """What the message says of the document: ``analyzed``, ``rejected``, ``delayed`` or ``erased``."""
        return str(self.event["type"]).removeprefix("sealed-ocr.document.").removesuffix(".v1")

    @property
    def claim(self) -> dict[str, Any] | None:
        """The ready-made claim, if the message offers one: sealed, if a part of it is withheld."""
        verification = self.event["data"].get("verification")
        if verification and "sealedClaim" in verification:
            return {"sealedClaim": verification["sealedClaim"]}
        return verification["request"] if verification else None


@dataclass(frozen=True)
class QueueDepth:
    """The number of messages that can be received now, and of those in flight or delayed."""

    visible: int
    not_visible: int


def receive_messages(
    sqs: SQSClient, queue_url: str, keys: Collection[str], timeout: float, opener: Opener | None = None
) -> Iterator[Message]:
    """Yield the first message about each of these objects, and delete what is received.

    The queue delivers at least once, so repeated messages are ignored. The iteration ends when every object has its
    message, or when no new one arrives within ``timeout`` seconds. ``opener`` opens those that are sealed.
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
        for received_message in batch:
            message = _decode(received_message["Body"], opener)
            if message and message.key in missing:
                missing.discard(message.key)
                deadline = time.monotonic() + timeout
                yield message


def queue_depth(sqs: SQSClient, queue_url: str) -> QueueDepth:
    """Return how many messages a queue holds."""
    names: list[QueueAttributeNameType] = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
    visible, not_visible = (int(found[name]) for name in names)
    return QueueDepth(visible, not_visible)


def _decode(body: str, opener: Opener | None) -> Message | None:
    try:
        if opener and is_sealed(json.loads(body)):
            body = opener.open(body)
        message = Message(body, json.loads(body))
        _ = message.key, message.analyzed, message.claim
    except PrivateKeyFault as fault:
        _log.warning("ignored a message on the results queue: %s", fault)
        return None
    except (ValueError, KeyError, TypeError, AttributeError):
        _log.warning("ignored a message on the results queue that is not one of our events")
        return None
    return message
