"""The states of a document in the ledger."""

from __future__ import annotations

from enum import StrEnum


class DocumentState(StrEnum):
    """Where a document stands (docs/adr/0002). ``sealed_ocr.aws.ledger`` has the transitions."""

    FREE = "free"
    SENDING = "sending"
    UNKNOWN = "unknown"
    DONE = "done"
    PARKED = "parked"
    ERASED = "erased"
