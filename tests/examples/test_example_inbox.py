"""The example's notes of what was handled."""

from __future__ import annotations

import time

import pytest
from inbox import Begun, DynamoInbox, Inbox, MemoryInbox

from local.pipeline.pipeline import Pipeline


@pytest.mark.parametrize("kind", ["memory", "table"])
def test_an_inbox_gives_each_document_to_one(pipeline: Pipeline, table: str, kind: str) -> None:
    mine: Inbox = MemoryInbox() if kind == "memory" else DynamoInbox(pipeline.aws.dynamodb, table)
    other = mine if kind == "memory" else DynamoInbox(pipeline.aws.dynamodb, table)
    assert mine.begin("a") is Begun.MINE
    assert other.begin("a") is Begun.ELSEWHERE
    mine.drop("a")
    assert other.begin("a") is Begun.MINE
    other.done("a")
    mine.drop("a")
    assert mine.begin("a") is Begun.DONE
    assert mine.begin("b") is Begun.MINE


def test_a_lease_ends_and_no_late_drop_takes_the_document_away(pipeline: Pipeline, table: str) -> None:
    dead, next_ = (DynamoInbox(pipeline.aws.dynamodb, table) for _ in range(2))
    assert dead.begin("a") is Begun.MINE
    pipeline.aws.dynamodb.update_item(
        TableName=table,
        Key={"documentId": {"S": "a"}},
        UpdateExpression="SET leaseUntil = :past",
        ExpressionAttributeValues={":past": {"N": str(int(time.time()) - 1)}},
    )
    assert next_.begin("a") is Begun.MINE
    dead.drop("a")
    assert dead.begin("a") is Begun.ELSEWHERE
