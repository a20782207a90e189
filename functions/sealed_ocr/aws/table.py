"""A DynamoDB table with the key ``documentId``, written only by updates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sealed_ocr.aws.errors import ConditionFailed, translate_errors

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Value = str | int | bool | list[str] | frozenset[str]
# As plain values. Their types are those of the writes; DynamoDB knows no schema.
Item = dict[str, Any]


class Table:
    """Reads and writes items as plain values: strings, integers, booleans, and lists and sets of strings.

    Raises ``AwsError`` if DynamoDB fails.
    """

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        """Use the table ``name``."""
        self._client = client
        self._name = name

    def read(self, document_id: str) -> Item | None:
        """Return the item of the document by a consistent read, or None."""
        with translate_errors("GetItem"):
            found = self._client.get_item(
                TableName=self._name, Key={"documentId": {"S": document_id}}, ConsistentRead=True
            )
            return plain_item(found["Item"]) if "Item" in found else None

    def update(
        self,
        document_id: str,
        changes: Mapping[str, Value],
        *,
        add: Mapping[str, int | frozenset[str]] | None = None,
        append: Mapping[str, str] | None = None,
        discard: Mapping[str, frozenset[str]] | None = None,
        remove: tuple[str, ...] = (),
        condition: str = "",
        given: Mapping[str, Value] | None = None,
    ) -> Item:
        """Set ``changes``, add to numbers (a missing one counts as 0) and sets, append to lists, discard from sets.

        A missing list or set counts as empty, and an empty set is missing. Remove the attributes ``remove``; return the
        new item.

        ``condition`` refers to attributes as ``#name`` and to the values of ``given`` as ``:name``.

        Raises
        ------
        ConditionFailed
            With the existing item.
        AwsError
            If DynamoDB fails. Whether it wrote is then unknown.
        """
        add, append, discard, given = add or {}, append or {}, discard or {}, given or {}
        # A value of the condition and a value of the changes may have the same name.
        values = {f":set_{name}": _typed(value) for name, value in changes.items()}
        values |= {f":add_{name}": _typed(value) for name, value in add.items()}
        values |= {f":append_{name}": _typed([value]) for name, value in append.items()}
        values |= {f":discard_{name}": _typed(value) for name, value in discard.items()}
        values |= {f":{name}": _typed(value) for name, value in given.items()}
        assignments = [f"#{name} = :set_{name}" for name in changes]
        if append:
            values[":empty"] = _typed([])
            assignments += [f"#{name} = list_append(if_not_exists(#{name}, :empty), :append_{name})" for name in append]
        sections = {
            "SET": assignments,
            "ADD": [f"#{name} :add_{name}" for name in add],
            "DELETE": [f"#{name} :discard_{name}" for name in discard],
            "REMOVE": [f"#{name}" for name in remove],
        }
        used = {*changes, *add, *append, *discard, *remove, *re.findall(r"#(\w+)", condition)}
        request: dict[str, Any] = {
            "TableName": self._name,
            "Key": {"documentId": {"S": document_id}},
            "UpdateExpression": " ".join(
                f"{name} {', '.join(clauses)}" for name, clauses in sections.items() if clauses
            ),
            "ExpressionAttributeNames": {f"#{name}": name for name in used},
            "ExpressionAttributeValues": values,
            "ReturnValues": "ALL_NEW",
        }
        if condition:
            request |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        with translate_errors("UpdateItem"):
            return plain_item(self._client.update_item(**request)["Attributes"])


def existing_item(failure: ConditionFailed) -> Item:
    """Return the item that failed the condition, as plain values; empty if there was none.

    Raises ``AwsError`` if it is no item.
    """
    with translate_errors(failure.operation):
        return plain_item(failure.item)


def _typed(value: Value) -> dict[str, Any]:
    match value:
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case frozenset():
            return {"SS": sorted(value)}
        case _:
            return {"L": [{"S": entry} for entry in value]}


def plain_item(item: Mapping[str, Any]) -> Item:
    """Return an item of boto3 as plain values, without attributes of other types."""
    return {
        name: _PLAIN[kind](value) for name, typed in item.items() for kind, value in typed.items() if kind in _PLAIN
    }


_PLAIN: Mapping[str, Callable[[Any], Any]] = {
    "S": lambda text: text,
    "BOOL": lambda truth: truth,
    "N": int,
    "L": lambda entries: [entry["S"] for entry in entries],
    "SS": frozenset,
}
