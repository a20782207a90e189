"""One receipt of an SQS message by the analyze function."""

from __future__ import annotations

from typing import Any

import msgspec

from sealed_ocr.aws.uploads import UploadEvent, parse_event
from sealed_ocr.common.dead_letter_reason import DeadLetterReason


class Delivery(msgspec.Struct, frozen=True):
    """One SQS message as it was received.

    ``dead_letter_reason`` is set if the message was in the dead-letter queue before, and was redriven. ``simulated`` is
    that of the stage.
    """

    message_id: str
    receipt_handle: str
    body: str
    receives: int
    dead_letter_reason: str | None
    simulated: bool = False

    @classmethod
    def from_record(cls, record: dict[str, Any], *, simulated: bool = False) -> Delivery:
        """Read a record of a Lambda event from SQS."""
        reason = record.get("messageAttributes", {}).get("reason", {})
        return cls(
            message_id=record["messageId"],
            receipt_handle=record["receiptHandle"],
            body=record["body"],
            receives=int(record["attributes"]["ApproximateReceiveCount"]),
            dead_letter_reason=reason.get("stringValue"),
            simulated=simulated,
        )

    @property
    def was_parked(self) -> bool:
        """Whether this is the dead letter of a parked document, redriven."""
        return self.dead_letter_reason == DeadLetterReason.UNKNOWN_OUTCOME

    def event(self) -> UploadEvent:
        """Return the uploads to process.

        Those beside a malformed record ended before the message was dead-lettered. They are not processed again with
        their dead letter, which may be redriven when the ledger has forgotten them.
        """
        event = parse_event(self.body, simulated=self.simulated)
        if event.fault is not None and self.dead_letter_reason == DeadLetterReason.MALFORMED_EVENT:
            return UploadEvent([], event.fault)
        return event
