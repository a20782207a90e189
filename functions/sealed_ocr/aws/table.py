"""A DynamoDB table of items by ``documentId``, written by conditional updates alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sealed_ocr.aws.errors import ConditionFailed, clean

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Value = str | int | bool
Item = dict[str, Value]


class Table:
    """Plain values in and out; of the types, only text, whole numbers and truth are used."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        """``name`` is the table's."""
        self._client = client
        self._name = name

    def read(self, document_id: str) -> Item | None:
        """Return the document's item as it stands now (a consistent read), or None.

        Raises
        ------
        AwsError
            when DynamoDB fails.
        """
        with clean("GetItem"):
            found = self._client.get_item(
                TableName=self._name, Key={"documentId": {"S": document_id}}, ConsistentRead=True
            )
        return _plain(found["Item"]) if "Item" in found else None

    def update(
        self,
        document_id: str,
        changes: Mapping[str, Value],
        *,
        add: Mapping[str, int] | None = None,
        remove: tuple[str, ...] = (),
        condition: str = "",
        given: Mapping[str, Value] | None = None,
    ) -> Item:
        """Set ``changes``, add to numbers (absent ones count as 0), remove attributes; return the new item.

        ``condition`` writes attributes as ``#name`` and compares them with ``:name`` out of ``given``.

        Raises
        ------
        ConditionFailed
            with the item that was met.
        AwsError
            when DynamoDB fails; whether it wrote is then unknown.
        """
        add, given = add or {}, given or {}
        # Values of the condition and of the changes may share a name.
        values = {f":set_{name}": _typed(value) for name, value in changes.items()}
        values |= {f":add_{name}": _typed(value) for name, value in add.items()}
        values |= {f":{name}": _typed(value) for name, value in given.items()}
        expression = "SET " + ", ".join(f"#{name} = :set_{name}" for name in changes)
        if add:
            expression += " ADD " + ", ".join(f"#{name} :add_{name}" for name in add)
        if remove:
            expression += " REMOVE " + ", ".join(f"#{name}" for name in remove)
        used = {*changes, *add, *remove, *re.findall(r"#(\w+)", condition)}
        request: dict[str, Any] = {
            "TableName": self._name,
            "Key": {"documentId": {"S": document_id}},
            "UpdateExpression": expression,
            "ExpressionAttributeNames": {f"#{name}": name for name in used},
            "ExpressionAttributeValues": values,
            "ReturnValues": "ALL_NEW",
        }
        if condition:
            request |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        with clean("UpdateItem"):
            return _plain(self._client.update_item(**request)["Attributes"])


def met(failure: ConditionFailed) -> Item:
    """Return the item that a failed condition met, in plain values; empty when there was none."""
    return _plain(failure.item)


def _typed(value: Value) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def _plain(item: Mapping[str, Any]) -> Item:
    return {
        name: int(value) if kind == "N" else value
        for name, typed in item.items()
        for kind, value in typed.items()
        if kind in {"S", "N", "BOOL"}
    }
