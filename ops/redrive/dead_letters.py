"""Receives dead letters without losing one, and classifies those of uploads by what a redrive may do with them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sealed_ocr.aws.circuit_breaker import CIRCUITS, circuit_item
from sealed_ocr.aws.errors import translate_errors
from sealed_ocr.aws.table import Item
from sealed_ocr.aws.uploads import Upload, parse_event
from sealed_ocr.common.dead_letter_reason import DeadLetterReason
from sealed_ocr.common.document_state import DocumentState

from ops.common.ledger import OperatorLedger
from ops.common.visibility import BATCH_ENTRIES, hide

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

# How long received messages stay hidden from others. If this process dies, they become visible again after that time.
HIDDEN_SECONDS = 900
# How long messages that stay are hidden from a move task, which runs on if this process dies. SQS hides a message for
# at most 12 hours from its receipt.
HELD_SECONDS = 11 * 3600
# The function does not park a document in these states again, although its dead letter says that it was parked.
_NO_LONGER_PARKED = frozenset({DocumentState.FREE, DocumentState.DONE, DocumentState.ERASED})


@dataclass(frozen=True)
class DeadLetter:
    """A message that was received from a dead-letter queue. ``sent_at`` is in epoch seconds."""

    message_id: str
    receipt_handle: str = field(repr=False)
    body: str = field(repr=False)
    attributes: dict[str, Any] = field(repr=False)
    sent_at: float

    @property
    def reason(self) -> str | None:
        """Why the function dead-lettered it, or None if SQS moved it after too many receives."""
        value: str | None = self.attributes.get("reason", {}).get("StringValue")
        return value

    @property
    def uploads(self) -> list[Upload]:
        """The uploads that the message names."""
        return parse_event(self.body).uploads

    @property
    def document_id(self) -> str | None:
        """The document of a message that the function dead-lettered. Such a message holds one document only."""
        uploads = self.uploads
        return uploads[0].document.document_id if uploads else None


@dataclass(frozen=True)
class ClassifiedDeadLetters:
    """Dead letters, by what a redrive may do with them.

    ``items`` are the ledger's items of their documents, and of the circuit breakers.
    """

    redrivable: list[DeadLetter]
    parked: list[DeadLetter]
    malformed: list[DeadLetter]
    items: dict[str, Item]


def receive_all(sqs: SQSClient, url: str, hidden_seconds: int = HIDDEN_SECONDS) -> Iterator[DeadLetter]:
    """Receive every visible message. A message becomes visible again, after ``hidden_seconds``, unless it is deleted.

    Raises
    ------
    AwsError
        If SQS fails or refuses.
    """
    seen: set[str] = set()
    while True:
        with translate_errors("ReceiveMessage"):
            received = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=BATCH_ENTRIES,
                VisibilityTimeout=hidden_seconds,
                # Only a long poll queries all of SQS's servers, so that an empty answer means an empty queue.
                WaitTimeSeconds=1,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["SentTimestamp"],
            ).get("Messages", [])
        for each in received:
            yield DeadLetter(
                each["MessageId"],
                each["ReceiptHandle"],
                each["Body"],
                dict(each.get("MessageAttributes", {})),
                int(each.get("Attributes", {}).get("SentTimestamp", 0)) / 1000,
            )
        ids = {each["MessageId"] for each in received}
        # A message that arrives again was held for too long. Without this end the loop would never finish.
        if not ids or not ids.isdisjoint(seen):
            return
        seen |= ids


def set_visibility(sqs: SQSClient, url: str, dead_letters: Collection[DeadLetter], seconds: int) -> int:
    """Do what ``hide`` does, for any number of messages."""
    handles = [dead_letter.receipt_handle for dead_letter in dead_letters]
    return sum(
        hide(sqs, url, handles[first : first + BATCH_ENTRIES], seconds)
        for first in range(0, len(handles), BATCH_ENTRIES)
    )


def classify(dead_letters: Collection[DeadLetter], ledger: OperatorLedger) -> ClassifiedDeadLetters:
    """Classify dead letters by their reason, and those of parked documents also by the ledger.

    Raises
    ------
    AwsError
        If DynamoDB fails or refuses.
    """
    ids = [upload.document.document_id for each in dead_letters for upload in each.uploads]
    items = ledger.items([*ids, *map(circuit_item, CIRCUITS)]) if ids else {}
    redrivable, parked, malformed = [], [], []
    for dead_letter in dead_letters:
        state = items.get(dead_letter.document_id or "", {}).get("state")
        if dead_letter.reason == DeadLetterReason.MALFORMED_EVENT:
            malformed.append(dead_letter)
        elif dead_letter.reason == DeadLetterReason.UNKNOWN_OUTCOME and state not in _NO_LONGER_PARKED:
            parked.append(dead_letter)
        else:
            redrivable.append(dead_letter)
    return ClassifiedDeadLetters(redrivable, parked, malformed, items)
