"""Remembers which documents were processed. Every message arrives at least once but must be processed once.

Call ``begin`` before the processing, ``complete`` after it, and ``release`` if it failed. If a process dies in between,
its lease remains. After the lease ends, the next delivery begins again. Therefore the processing itself must be
idempotent.
"""

from __future__ import annotations

import time
import uuid
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

LEASE_SECONDS = 120
"""Longer than the processing of one message can take."""
KEPT_SECONDS = 60 * 86_400
"""Longer than a message can return: 14 days in the queue, 14 in its dead-letter queue, and a redrive."""


class BeginResult(Enum):
    """The result of ``begin``."""

    BEGUN = "this process may process the document"
    ALREADY_DONE = "the document was processed before"
    IN_PROGRESS = "another process has it, or died less than a lease ago"


class Inbox(Protocol):
    """What the consumer needs. A table with a unique key in your own database works as well."""

    def begin(self, document_id: str) -> BeginResult:
        """Take the document, unless it was processed or another process has it."""

    def complete(self, document_id: str) -> None:
        """Remember that the document was processed."""

    def release(self, document_id: str) -> None:
        """Let the next delivery begin at once."""


class MemoryInbox:
    """For trying things out: one process, and only until it ends."""

    def __init__(self) -> None:
        self._status: dict[str, BeginResult] = {}

    def begin(self, document_id: str) -> BeginResult:
        """Take the document."""
        if document_id in self._status:
            return self._status[document_id]
        self._status[document_id] = BeginResult.IN_PROGRESS
        return BeginResult.BEGUN

    def complete(self, document_id: str) -> None:
        """Remember the document."""
        self._status[document_id] = BeginResult.ALREADY_DONE

    def release(self, document_id: str) -> None:
        """Forget the document, unless it was processed."""
        if self._status.get(document_id) is BeginResult.IN_PROGRESS:
            del self._status[document_id]


class DynamoInbox:
    """For any number of processes. The table has the key ``documentId`` (S) and the TTL attribute ``expiresAt``.

    Use one instance for each worker: an instance may begin a document again that it has begun before.
    """

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table, self._owner = client, table, uuid.uuid4().hex

    def begin(self, document_id: str) -> BeginResult:
        """Take the document by a conditional put. If two processes try it at the same time, one succeeds."""
        now = int(time.time())
        try:
            self._client.put_item(
                TableName=self._table,
                Item={
                    "documentId": {"S": document_id},
                    "state": {"S": "begun"},
                    "owner": {"S": self._owner},
                    "leaseUntil": {"N": str(now + LEASE_SECONDS)},
                    "expiresAt": {"N": str(now + KEPT_SECONDS)},
                },
                # The own item is accepted, because the response to an earlier put may have been lost.
                ConditionExpression="attribute_not_exists(documentId) OR #state = :begun AND "
                "(leaseUntil < :now OR #owner = :me)",
                ExpressionAttributeNames={"#state": "state", "#owner": "owner"},
                ExpressionAttributeValues={
                    ":begun": {"S": "begun"},
                    ":now": {"N": str(now)},
                    ":me": {"S": self._owner},
                },
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            response: dict[str, Any] = dict(error.response)
            done = response["Item"]["state"]["S"] == "done"
            return BeginResult.ALREADY_DONE if done else BeginResult.IN_PROGRESS
        return BeginResult.BEGUN

    def complete(self, document_id: str) -> None:
        """Remember the document, even if another process has taken it over: it was processed."""
        expires = str(int(time.time()) + KEPT_SECONDS)
        item = {"documentId": {"S": document_id}, "state": {"S": "done"}, "expiresAt": {"N": expires}}
        self._client.put_item(TableName=self._table, Item=item)

    def release(self, document_id: str) -> None:
        """Forget the document, if this instance still owns it."""
        try:
            self._client.delete_item(
                TableName=self._table,
                Key={"documentId": {"S": document_id}},
                ConditionExpression="#state = :begun AND #owner = :me",
                ExpressionAttributeNames={"#state": "state", "#owner": "owner"},
                ExpressionAttributeValues={":begun": {"S": "begun"}, ":me": {"S": self._owner}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return
