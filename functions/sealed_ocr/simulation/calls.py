"""Counts the calls about one document or one Request-Key, as the service would know them.

An item of a table that the function writes anyway: ``documentId`` (``simulated:`` and a hash), ``calls``, ``callId``
(that of the last one) and ``expiresAt`` (TTL).
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable

from sealed_ocr.aws.errors import ConditionFailed
from sealed_ocr.aws.table import Table, existing_item

# As long as the ledger knows a document, and so longer than its dead letter waits.
RETENTION_SECONDS = 30 * 86_400


class SimulatedCalls:
    """The counts. Thread-safe. Raises ``AwsError`` if DynamoDB fails."""

    def __init__(self, table: Table, clock: Callable[[], float] = time.time) -> None:
        """``clock`` returns epoch seconds."""
        self._table = table
        self._clock = clock

    def count(self, subject: str) -> int:
        """Count a call about ``subject``, and return its number. The first one is 1."""
        call_id = uuid.uuid4().hex
        item = f"simulated:{hashlib.sha256(subject.encode()).hexdigest()[:32]}"
        try:
            counted = self._table.update(
                item,
                {"callId": call_id, "expiresAt": int(self._clock()) + RETENTION_SECONDS},
                add={"calls": 1},
                condition="NOT #callId = :callId",
                given={"callId": call_id},
            )
        except ConditionFailed as failure:
            # botocore repeats a write whose response was lost. The condition then fails on our own write.
            counted = existing_item(failure)
        return int(counted["calls"])
