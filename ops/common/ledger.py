"""The ledger as operators use it: reads items, frees documents and erases them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sealed_ocr.aws.attempt_history import Attempt
from sealed_ocr.aws.errors import translate_errors
from sealed_ocr.aws.ledger import LEASE_EXPIRED, RETENTION_SECONDS
from sealed_ocr.aws.table import Item, Table, plain_item
from sealed_ocr.common.attempt_end import AttemptEnd
from sealed_ocr.common.document_state import DocumentState
from sealed_ocr.common.timestamps import timestamp

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# The most keys that BatchGetItem accepts.
MAX_BATCH_GET_KEYS = 100
# What an item has besides its key, its state and the dates.
_ABOUT_ATTEMPTS = ("attempts", "attemptId", "leaseUntil", "outcome", "reason", "suspect", "freed", "history")


class OperatorLedger:
    """The table of documents. Every method raises ``AwsError`` if DynamoDB fails or refuses."""

    def __init__(self, client: DynamoDBClient, table_name: str, clock: Callable[[], float] = time.time) -> None:
        """``clock`` returns epoch seconds."""
        self._client = client
        self._name = table_name
        self._table = Table(client, table_name)
        self._clock = clock

    def read(self, document_id: str) -> Item | None:
        """Return the document's item (see ``sealed_ocr.aws.ledger``), or None."""
        return self._table.read(document_id)

    def states(self, document_ids: Sequence[str]) -> dict[str, str]:
        """Return the states of the documents that are in the ledger."""
        return {document_id: str(item["state"]) for document_id, item in self.items(document_ids).items()}

    def items(self, keys: Sequence[str]) -> dict[str, Item]:
        """Return those of the items that exist."""
        found: dict[str, Item] = {}
        remaining: list[dict[str, Any]] = [{"documentId": {"S": each}} for each in dict.fromkeys(keys)]
        while remaining:
            asked, remaining = remaining[:MAX_BATCH_GET_KEYS], remaining[MAX_BATCH_GET_KEYS:]
            with translate_errors("BatchGetItem"):
                answer: Any = self._client.batch_get_item(
                    RequestItems={self._name: {"Keys": asked, "ConsistentRead": True}}
                )
                items = [plain_item(item) for item in answer["Responses"].get(self._name, [])]
            found |= {item["documentId"]: item for item in items}
            remaining += answer["UnprocessedKeys"].get(self._name, {}).get("Keys", [])
        return found

    def free(self, document_id: str, reason: str, *, alone: bool) -> None:
        """Permit exactly one more possibly billed call for a document, whatever the ledger knows of it.

        The attempts stay counted. If the next one ends unknown, the document is parked at once.

        With ``alone`` the function processes the document apart from all others. Use it for parked documents and for
        those whose lease expired: their image may have killed the function, and would then also end the attempts of the
        other documents in the batch. ``reason`` is one word for the ledger.

        Raises
        ------
        ConditionFailed
            If the document is being sent, or was erased. It carries the item.
        """
        now = int(self._clock())
        changes: Item = {
            "state": DocumentState.FREE,
            "reason": reason,
            "freed": True,
            "updatedAt": now,
            "expiresAt": now + RETENTION_SECONDS,
        }
        if alone:
            changes["suspect"] = True
        freed = Attempt("", "", now).ended(AttemptEnd.FREED, now, may_be_billed=False, fault=reason)
        self._table.update(
            document_id,
            changes,
            append={"history": freed.encode()},
            remove=("leaseUntil", "outcome"),
            condition=f"attribute_not_exists(#documentId) OR NOT #state IN ( :sending , :erased ) OR {LEASE_EXPIRED}",
            given={"sending": DocumentState.SENDING, "erased": DocumentState.ERASED, "now": now},
        )

    def erase(self, document_id: str) -> None:
        """Replace the document's item by a tombstone: no delivery of the document is claimed or paid for any more.

        The tombstone is kept as long as an item, from now on.

        Raises
        ------
        ConditionFailed
            If the document is being sent. It carries the item.
        """
        now = int(self._clock())
        self._table.update(
            document_id,
            {"state": DocumentState.ERASED, "updatedAt": now, "expiresAt": now + RETENTION_SECONDS},
            remove=_ABOUT_ATTEMPTS,
            condition=f"attribute_not_exists(#documentId) OR NOT #state = :sending OR {LEASE_EXPIRED}",
            given={"sending": DocumentState.SENDING, "now": now},
        )


def utc_time(item: Item, name: str) -> str:
    """Return the UTC time of an attribute that holds epoch seconds."""
    return timestamp(int(item.get(name, 0)))
