"""Which documents have been handled: every message comes at least once, and is to be worked on once.

``begin`` before the work, ``done`` after it, ``drop`` when it failed. A process that dies in between leaves a lease,
after which the next delivery begins again: the work itself must bear being done twice, as after any crash.
"""

from __future__ import annotations

import time
import uuid
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

LEASE_SECONDS = 120
"""Longer than the work on one message can take."""
KEPT_SECONDS = 60 * 86_400
"""Longer than a message can come back: 14 days in the queue, 14 in its dead letters, and a redrive."""


class Begun(Enum):
    """What ``begin`` found."""

    MINE = "nobody has worked on it: it is this process's now"
    DONE = "the work was done"
    ELSEWHERE = "another process is at it, or died less than a lease ago"


class Inbox(Protocol):
    """What the consumer asks of it; a table of your own database with a unique key serves as well."""

    def begin(self, document_id: str) -> Begun:
        """Take the document, unless it was done or is in hand."""

    def done(self, document_id: str) -> None:
        """Remember that the work is done."""

    def drop(self, document_id: str) -> None:
        """Let the next delivery begin at once."""


class MemoryInbox:
    """For one process, and for as long as it lives: to try things out."""

    def __init__(self) -> None:
        self._found: dict[str, Begun] = {}

    def begin(self, document_id: str) -> Begun:
        """Take the document."""
        if document_id in self._found:
            return self._found[document_id]
        self._found[document_id] = Begun.ELSEWHERE
        return Begun.MINE

    def done(self, document_id: str) -> None:
        """Remember it."""
        self._found[document_id] = Begun.DONE

    def drop(self, document_id: str) -> None:
        """Forget it, if the work on it was not done."""
        if self._found.get(document_id) is Begun.ELSEWHERE:
            del self._found[document_id]


class DynamoInbox:
    """For any number of processes: a table with the key ``documentId`` (S) and ``expiresAt`` as its TTL.

    One instance for each worker: what it has begun itself it may begin again.
    """

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table, self._me = client, table, uuid.uuid4().hex

    def begin(self, document_id: str) -> Begun:
        """Take the document by a conditional put: of two processes that ask at the same time, one gets it."""
        now = int(time.time())
        try:
            self._client.put_item(
                TableName=self._table,
                Item={
                    "documentId": {"S": document_id},
                    "state": {"S": "begun"},
                    "owner": {"S": self._me},
                    "leaseUntil": {"N": str(now + LEASE_SECONDS)},
                    "expiresAt": {"N": str(now + KEPT_SECONDS)},
                },
                # What this process has begun and neither done nor dropped is an answer that was lost on its way back.
                ConditionExpression="attribute_not_exists(documentId) OR #state = :begun AND "
                "(leaseUntil < :now OR #owner = :me)",
                ExpressionAttributeNames={"#state": "state", "#owner": "owner"},
                ExpressionAttributeValues={":begun": {"S": "begun"}, ":now": {"N": str(now)}, ":me": {"S": self._me}},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as met:
            found: dict[str, Any] = dict(met.response)
            return Begun.DONE if found["Item"]["state"]["S"] == "done" else Begun.ELSEWHERE
        return Begun.MINE

    def done(self, document_id: str) -> None:
        """Remember it, whoever may have taken it over meanwhile: the work is done."""
        expires = str(int(time.time()) + KEPT_SECONDS)
        item = {"documentId": {"S": document_id}, "state": {"S": "done"}, "expiresAt": {"N": expires}}
        self._client.put_item(TableName=self._table, Item=item)

    def drop(self, document_id: str) -> None:
        """Forget it, if it is still this process's."""
        try:
            self._client.delete_item(
                TableName=self._table,
                Key={"documentId": {"S": document_id}},
                ConditionExpression="#state = :begun AND #owner = :me",
                ExpressionAttributeNames={"#state": "state", "#owner": "owner"},
                ExpressionAttributeValues={":begun": {"S": "begun"}, ":me": {"S": self._me}},
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return
