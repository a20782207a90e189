"""The ledger as operators see it: where documents stand, in words, and making one free on purpose."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sealed_ocr.analysis.messages import timestamp
from sealed_ocr.aws.errors import clean
from sealed_ocr.aws.ledger import KEPT_SECONDS
from sealed_ocr.aws.table import Item, Table

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# The most keys that BatchGetItem takes.
LOOK_UPS = 100
_FREED_FROM = ("done", "parked", "unknown", "free")


class Documents:
    """The table of documents. Every method raises ``AwsError`` when DynamoDB fails or refuses."""

    def __init__(self, client: DynamoDBClient, table_name: str, clock: Callable[[], float] = time.time) -> None:
        """``clock`` gives epoch seconds."""
        self._client = client
        self._name = table_name
        self._table = Table(client, table_name)
        self._clock = clock

    def read(self, document_id: str) -> Item | None:
        """Return the document's item (see ``sealed_ocr.aws.ledger``), or None."""
        return self._table.read(document_id)

    def states(self, document_ids: Sequence[str]) -> dict[str, str]:
        """Return the states of those documents that the ledger knows."""
        found: dict[str, str] = {}
        wanted: list[dict[str, Any]] = [{"documentId": {"S": each}} for each in dict.fromkeys(document_ids)]
        while wanted:
            now, wanted = wanted[:LOOK_UPS], wanted[LOOK_UPS:]
            with clean("BatchGetItem"):
                answer: Any = self._client.batch_get_item(
                    RequestItems={
                        self._name: {
                            "Keys": now,
                            "ConsistentRead": True,
                            "ProjectionExpression": "documentId, #state",
                            "ExpressionAttributeNames": {"#state": "state"},
                        }
                    }
                )
            for item in answer["Responses"].get(self._name, []):
                found[item["documentId"]["S"]] = item["state"]["S"]
            wanted += answer["UnprocessedKeys"].get(self._name, {}).get("Keys", [])
        return found

    def free(self, document_id: str, why: str, *, alone: bool) -> None:
        """Let a document be called for once more; ``why`` is a word, ``alone`` keeps it apart from all others.

        Alone goes what was parked: it may be what killed its function, and then it would take its neighbours with it.

        Its attempts stay counted: after one that ends unknown again it is parked at once, so that each freeing can cost
        one payment and no more.

        Raises
        ------
        ConditionFailed
            with the item, when it is being sent or is not in the ledger.
        """
        now = int(self._clock())
        changes: Item = {"state": "free", "reason": why, "updatedAt": now, "expiresAt": now + KEPT_SECONDS}
        if alone:
            changes["suspect"] = True
        self._table.update(
            document_id,
            changes,
            remove=("leaseUntil", "outcome"),
            condition="#state IN ( " + " , ".join(f":{state}" for state in _FREED_FROM) + " )",
            given={state: state for state in _FREED_FROM},
        )


def in_words(item: Item | None, now: float) -> str:
    """Say where a document stands; ``now`` in epoch seconds."""
    if item is None:
        return "The ledger does not know it: it was never taken in hand, or that was more than 30 days ago."
    lease = int(item.get("leaseUntil", 0))
    match item.get("state"):
        case "done":
            return f"Done: it was {item.get('outcome', 'finished')}, and its message was sent to the results queue."
        case "sending" if lease >= now:
            return f"It is with the OCR service now; the attempt holds it for {int(lease - now)} s more at most."
        case "sending":
            return (
                "Its function was killed in the middle of an attempt that may have been billed. The next delivery of "
                "its upload event takes it over, alone; after the last permitted attempt it parks it."
            )
        case "unknown":
            return (
                "The outcome of its last attempt is unknown: it may have been billed. It waits in the uploads queue "
                "for its next attempt."
            )
        case "parked":
            return (
                "Parked: it may have been billed for every attempt, and lies in the dead-letter queue until somebody "
                "decides: redrive --pay-again, or reanalyze."
            )
        case "free":
            return "It waits for its next attempt: nothing was billed, or it was freed on purpose."
        case state:
            return f"The ledger has it in a state that this version does not know: {state}."


def when(item: Item, name: str) -> str:
    """Return the moment (UTC) that an attribute in epoch seconds speaks of."""
    return timestamp(int(item.get(name, 0)))
