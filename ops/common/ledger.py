"""The ledger as operators use it: reads states, describes them, and frees documents."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sealed_ocr.analysis.messages import timestamp
from sealed_ocr.aws.attempt_history import Attempt
from sealed_ocr.aws.errors import translate_errors
from sealed_ocr.aws.ledger import LEASE_EXPIRED, RETENTION_SECONDS
from sealed_ocr.aws.table import Item, Table
from sealed_ocr.common.attempt_end import AttemptEnd
from sealed_ocr.common.document_state import DocumentState

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# The most keys that BatchGetItem accepts.
MAX_BATCH_GET_KEYS = 100


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
        found: dict[str, str] = {}
        remaining: list[dict[str, Any]] = [{"documentId": {"S": each}} for each in dict.fromkeys(document_ids)]
        while remaining:
            keys, remaining = remaining[:MAX_BATCH_GET_KEYS], remaining[MAX_BATCH_GET_KEYS:]
            with translate_errors("BatchGetItem"):
                answer: Any = self._client.batch_get_item(
                    RequestItems={
                        self._name: {
                            "Keys": keys,
                            "ConsistentRead": True,
                            "ProjectionExpression": "documentId, #state",
                            "ExpressionAttributeNames": {"#state": "state"},
                        }
                    }
                )
            for item in answer["Responses"].get(self._name, []):
                found[item["documentId"]["S"]] = item["state"]["S"]
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
            If the document is being sent. It carries the item.
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
            condition=f"attribute_not_exists(#documentId) OR NOT #state = :sending OR {LEASE_EXPIRED}",
            given={"sending": DocumentState.SENDING, "now": now},
        )


def describe_state(item: Item | None, now: float) -> str:
    """Describe a document's state in a sentence; ``now`` is in epoch seconds."""
    if item is None:
        return "The ledger does not know it: it was never claimed, or its entry expired after 30 days."
    lease = int(item.get("leaseUntil", 0))
    match item.get("state"):
        case DocumentState.DONE:
            return f"Done: it was {item.get('outcome', 'finished')}, and its message was sent to the results queue."
        case DocumentState.SENDING if lease >= now:
            return f"It is with the OCR service now. The attempt's lease ends in at most {int(lease - now)} s."
        case DocumentState.SENDING:
            return (
                "Its function was killed during an attempt that may have been billed. The next delivery of its upload "
                "event takes it over, alone. After the last permitted attempt it is parked."
            )
        case DocumentState.UNKNOWN:
            return (
                "The outcome of its last attempt is unknown: it may have been billed. It waits in the uploads queue "
                "for its next attempt."
            )
        case DocumentState.PARKED:
            return (
                "Parked: every attempt may have been billed. It stays in the dead-letter queue until an operator runs "
                "redrive --pay-again or reanalyze."
            )
        case DocumentState.FREE:
            return "It waits for its next attempt: nothing was billed, or an operator freed it."
        case state:
            return f"Its state in the ledger is not known to this version: {state}."


def utc_time(item: Item, name: str) -> str:
    """Return the UTC time of an attribute that holds epoch seconds."""
    return timestamp(int(item.get(name, 0)))
