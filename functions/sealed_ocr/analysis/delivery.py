"""One receipt of an SQS message by the analyze function."""

from __future__ import annotations

from typing import Any, Self

from sealed_ocr.aws.uploads import Upload, parse_event
from sealed_ocr.common.dead_letter_reason import DeadLetterReason
from sealed_ocr.common.redaction import Redacted


class Delivery(Redacted, frozen=True, kw_only=True):
    """One SQS message as it was received, and what it holds.

    Attributes
    ----------
    message_id, receipt_handle, body
        As SQS gave them.
    receives
        How often the message was received, this time included.
    uploads
        The uploads to process.
    fault
        Why the message is malformed, or None.
    was_parked
        The message is the dead letter of a parked document, redriven.
    """

    message_id: str
    receipt_handle: str
    body: str
    receives: int
    uploads: list[Upload]
    fault: str | None
    was_parked: bool

    @classmethod
    def from_record(cls, record: dict[str, Any], *, simulated: bool = False) -> Self:
        """Read a record of a Lambda event from SQS. ``simulated`` is that of the stage."""
        reason = record.get("messageAttributes", {}).get("reason", {}).get("stringValue")
        event = parse_event(record["body"], simulated=simulated)
        # The uploads beside a malformed record ended before the message was dead-lettered. They are not processed again
        # with their dead letter, which may be redriven when the ledger has forgotten them.
        ended = event.fault is not None and reason == DeadLetterReason.MALFORMED_EVENT
        return cls(
            message_id=record["messageId"],
            receipt_handle=record["receiptHandle"],
            body=record["body"],
            receives=int(record["attributes"]["ApproximateReceiveCount"]),
            uploads=[] if ended else event.uploads,
            fault=event.fault,
            was_parked=reason == DeadLetterReason.UNKNOWN_OUTCOME,
        )
