"""Request-Keys: one for a card, valid for an hour, good for one verdict (guide, "Verify Authenticity API").

An item: ``documentId``, ``state``, ``requestKey``, ``idType``, ``keyExpiresAt`` (epoch seconds), ``expiresAt`` (TTL, a
day later, so that "expired" can still be said). While an attempt is under way and after it: ``attemptId``,
``leaseUntil``, ``idempotencyKey`` and ``claimMac`` (both only told apart, never read back), ``verdict``, and
``doubted`` once an attempt's end was not known.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sealed_ocr.aws.errors import ConditionFailed
from sealed_ocr.aws.table import Item, Table

# The service counts its hour from when it issued the key, which lies after our request's start.
VALID_SECONDS = 3600
MARGIN_SECONDS = 60
KEPT_AFTER_SECONDS = 86_400


def key_expires_at(requested_at: float) -> int:
    """Return until when (epoch seconds) a key is used whose analysis was requested at ``requested_at``."""
    return int(requested_at) + VALID_SECONDS - MARGIN_SECONDS


class RequestKeys:
    """The table of Request-Keys; every step is a conditional update."""

    def __init__(self, table: Table, clock: Callable[[], float] = time.time) -> None:
        """``clock`` gives epoch seconds."""
        self._table = table
        self._clock = clock

    def offer(self, document_id: str, request_key: str, id_type: str, expires_at: int) -> bool:
        """Keep a card's Request-Key; False when a verdict for the card is under way or was given.

        Raises
        ------
        AwsError
            when DynamoDB fails for good.
        """
        changes: Item = {
            "state": "available",
            "requestKey": request_key,
            "idType": id_type,
            "keyExpiresAt": expires_at,
            "expiresAt": expires_at + KEPT_AFTER_SECONDS,
        }
        try:
            self._table.update(
                document_id,
                changes,
                remove=("attemptId", "leaseUntil", "idempotencyKey", "claimMac", "doubted"),
                condition="attribute_not_exists(#documentId) OR NOT #state IN ( :sending , :spent )",
                given={"sending": "sending", "spent": "spent"},
            )
        except ConditionFailed:
            return False
        return True
