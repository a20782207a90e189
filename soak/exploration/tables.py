"""The DynamoDB client of a process, and what a write does to an item."""

from __future__ import annotations

from typing import Any, cast

from soak.exploration.expressions import Value, condition, update
from soak.exploration.replay import Script, raise_client_error

DOCUMENTS, REQUEST_KEYS = "documents", "request-keys"
FAILED_CONDITION = "ConditionalCheckFailedException"
# The clock stands still. When time passes, what is stored grows older instead.
NOW = 2_000_000_000
DAY = 86_400

_FORGOTTEN: dict[str, Value] = {"set_reason": "...", "set_history": (), "append_history": ()}

Item = tuple[tuple[str, Any], ...]


def clock() -> float:
    """Return the time in epoch seconds."""
    return NOW


def write(item: Item | None, key: str, detail: tuple[str, str, Item]) -> tuple[bool, Item | None]:
    """Apply an UpdateItem to an item. Return whether its condition holds, and the item afterwards."""
    expression, conditions, given = detail
    existing, values = dict(item or ()), dict(given)
    if conditions and not condition(conditions)(existing, values):
        return False, item
    return True, freeze(update(existing | {"documentId": key}, expression, values))


def freeze(item: dict[str, Value]) -> Item:
    """Return the item as a value that can be compared."""
    return tuple(sorted(item.items()))


class DynamoDb:
    """DynamoDB's client of one process. Attempt ids are given names that are the same each time the code runs."""

    def __init__(self, script: Script) -> None:
        self._script = script

    def update_item(self, **request: Any) -> dict[str, Any]:
        values = {name[1:]: plain(value) for name, value in request["ExpressionAttributeValues"].items()}
        for name in values.keys() & {"set_attemptId", "set_invocationId"}:
            self._script.own_name(name, str(values[name]))
        # Nothing depends on the reason or the history, so that attempts which failed for different reasons, and after
        # different attempts, need not be told apart.
        values |= {name: value for name, value in _FORGOTTEN.items() if name in values}
        given = freeze({name: self._script.outside(value) for name, value in values.items()})
        expressions = request["UpdateExpression"], request.get("ConditionExpression", "")
        if not expressions[1] and _target(request).startswith(f"{DOCUMENTS}/service:"):
            # The circuit breaker's count. Whether a circuit is open is decided when it is asked.
            return {"Attributes": {"unanswered": {"N": "0"}}}
        held, item = self._script.ask("UpdateItem", _target(request), *expressions, given)
        if not held:
            raise_client_error(FAILED_CONDITION, "UpdateItem", **({"Item": self._typed(item)} if item else {}))
        return {"Attributes": self._typed(item)}

    def get_item(self, **request: Any) -> dict[str, Any]:
        item = self._script.ask("GetItem", _target(request))
        return {"Item": self._typed(item)} if item else {}

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:
        ((table, wanted),) = RequestItems.items()
        targets = [_target({"TableName": table, "Key": key}) for key in wanted["Keys"]]
        found = [self._typed(item) for item in self._script.ask("BatchGetItem", table, *targets)]
        return {"Responses": {table: found}, "UnprocessedKeys": {}}

    def _typed(self, item: Item) -> dict[str, Any]:
        return {name: typed(self._script.inside(value)) for name, value in item}


def _target(request: dict[str, Any]) -> str:
    return f"{request['TableName']}/{request['Key']['documentId']['S']}"


def plain(value: dict[str, Any]) -> Value:
    """Return a value of boto3 as a plain one."""
    match value:
        case {"N": number}:
            return int(number)
        case {"L": entries}:
            return tuple(entry["S"] for entry in entries)
        case {"SS": entries}:
            return frozenset(entries)
        case _:
            (plain,) = value.values()
            return cast("Value", plain)


def typed(value: Value) -> dict[str, Any]:
    """Return a value as boto3 takes it."""
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, frozenset):
        return {"SS": sorted(value)}
    if isinstance(value, tuple):
        return {"L": [{"S": entry} for entry in value]}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}
