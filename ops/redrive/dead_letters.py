"""Dead letters: looked through without losing one; those of uploads sorted by what may be done with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sealed_ocr.analysis.analyzer import UNKNOWN_OUTCOME
from sealed_ocr.analysis.batch import MALFORMED
from sealed_ocr.aws.errors import clean
from sealed_ocr.aws.uploads import parse_event

from ops.common.ledger import Documents

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

# For how long letters are hidden from others while they are in hand. If this process dies, they come back by then.
IN_HAND_SECONDS = 900
_BATCH = 10
# A document of these states is not refused by the function, though its letter says that it was parked once.
_NO_LONGER_PARKED = frozenset({"free", "done"})


@dataclass(frozen=True)
class Letter:
    """A message of the dead-letter queue as it was received."""

    message_id: str
    receipt_handle: str = field(repr=False)
    body: str = field(repr=False)
    attributes: dict[str, Any] = field(repr=False)

    @property
    def reason(self) -> str | None:
        """Why the function parked it; None for a letter that SQS itself moved, after too many receives."""
        value: str | None = self.attributes.get("reason", {}).get("StringValue")
        return value

    @property
    def document_id(self) -> str | None:
        """The document of a letter that the function parked; it holds one alone."""
        uploads = parse_event(self.body).uploads
        return uploads[0].document_id if uploads else None


@dataclass(frozen=True)
class Sorted:
    """Letters by what may be done with them."""

    waiting: list[Letter]
    parked: list[Letter]
    malformed: list[Letter]


def take(sqs: SQSClient, url: str) -> Iterator[Letter]:
    """Take every visible letter in hand, and yield it; one that is not let go comes back by itself.

    Raises
    ------
    AwsError
        when SQS fails or refuses.
    """
    taken: set[str] = set()
    while True:
        with clean("ReceiveMessage"):
            received = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=_BATCH,
                VisibilityTimeout=IN_HAND_SECONDS,
                # A long poll asks all of SQS's servers: only so an empty answer means that the queue is empty.
                WaitTimeSeconds=1,
                MessageAttributeNames=["All"],
            ).get("Messages", [])
        for each in received:
            yield Letter(
                each["MessageId"], each["ReceiptHandle"], each["Body"], dict(each.get("MessageAttributes", {}))
            )
        ids = {each["MessageId"] for each in received}
        # One that comes a second time was in hand for too long: from here on the round would never end.
        if not ids or not ids.isdisjoint(taken):
            return
        taken |= ids


def hold(sqs: SQSClient, url: str, letters: Collection[Letter], seconds: int = IN_HAND_SECONDS) -> None:
    """Hide letters from everybody for so long from now on; 0 lets them go. One that fails comes back by itself.

    Raises
    ------
    AwsError
        when SQS fails or refuses altogether.
    """
    handles = [letter.receipt_handle for letter in letters]
    for first in range(0, len(handles), _BATCH):
        with clean("ChangeMessageVisibilityBatch"):
            sqs.change_message_visibility_batch(
                QueueUrl=url,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": seconds}
                    for number, handle in enumerate(handles[first : first + _BATCH])
                ],
            )


def sort(letters: Iterable[Letter], documents: Documents) -> Sorted:
    """Sort letters by the reason that they carry, and by what the ledger says of those that were parked.

    Raises
    ------
    AwsError
        when DynamoDB fails or refuses.
    """
    by_reason: dict[str | None, list[Letter]] = {None: [], UNKNOWN_OUTCOME: [], MALFORMED: []}
    for letter in letters:
        by_reason.setdefault(letter.reason, []).append(letter)
    doubted = [(letter, letter.document_id) for letter in by_reason[UNKNOWN_OUTCOME]]
    states = documents.states([each for _, each in doubted if each])
    parked = [letter for letter, each in doubted if states.get(each or "") not in _NO_LONGER_PARKED]
    known = {letter.message_id for letter in (*parked, *by_reason[MALFORMED])}
    waiting = [letter for some in by_reason.values() for letter in some if letter.message_id not in known]
    return Sorted(waiting, parked, by_reason[MALFORMED])
