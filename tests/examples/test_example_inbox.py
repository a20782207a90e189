"""The example's inbox: it gives each document to one consumer."""

from __future__ import annotations

import time

import pytest
from inbox import BeginResult, DynamoInbox, Inbox, MemoryInbox

from local.pipeline.pipeline import Pipeline


@pytest.mark.parametrize("kind", ["memory", "table"])
def test_an_inbox_gives_each_document_to_one_consumer(pipeline: Pipeline, table: str, kind: str) -> None:
    mine: Inbox = MemoryInbox() if kind == "memory" else DynamoInbox(pipeline.aws.dynamodb, table)
    other = mine if kind == "memory" else DynamoInbox(pipeline.aws.dynamodb, table)
    assert mine.begin("a") is BeginResult.BEGUN
    assert other.begin("a") is BeginResult.IN_PROGRESS
    mine.release("a")
    assert other.begin("a") is BeginResult.BEGUN
    other.complete("a")
    mine.release("a")
    assert mine.begin("a") is BeginResult.ALREADY_DONE
    assert mine.begin("b") is BeginResult.BEGUN


def test_a_lease_ends_and_a_late_release_does_not_affect_the_new_owner(pipeline: Pipeline, table: str) -> None:
    dead, next_ = (DynamoInbox(pipeline.aws.dynamodb, table) for _ in range(2))
    assert dead.begin("a") is BeginResult.BEGUN
    pipeline.aws.dynamodb.update_item(
        TableName=table,
        Key={"documentId": {"S": "a"}},
        UpdateExpression="SET leaseUntil = :past",
        ExpressionAttributeValues={":past": {"N": str(int(time.time()) - 1)}},
    )
    assert next_.begin("a") is BeginResult.BEGUN
    dead.release("a")
    assert dead.begin("a") is BeginResult.IN_PROGRESS
