"""The exploration's table behaves like DynamoDB: moto is given the same random writes, of those that our code makes."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from local.processes.aws_clients import AwsClients
from soak.exploration.expressions import condition, update
from soak.exploration.replay import Request
from soak.exploration.scenes import SHORT
from soak.exploration.search import Search
from soak.exploration.tables import FAILED_CONDITION, Item, freeze, typed, write

# An update expression, a condition and the values of both.
Write = tuple[str, str, Item]

WRITES = 300
OTHER_CONDITIONS = [
    "#attempts = :n OR #attempts <> :n AND #state = :s",
    "NOT #attempts < :n AND NOT ( #attempts >= :n AND #attempts <= :n )",
    "NOT #missing = :n AND NOT #missing < :n AND attribute_not_exists(#missing)",
    "#missing <> :n AND NOT attribute_exists(#missing)",
    "#attempts > :n OR #state IN ( :s ) OR #flag = :flag",
    "#attempts = :s OR #state = :n OR #flag = :s",
]


@pytest.fixture(scope="module")
def dynamodb(aws: AwsClients) -> Iterator[Any]:
    client = aws.dynamodb
    client.create_table(
        TableName="table",
        KeySchema=[{"AttributeName": "documentId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "documentId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    yield client
    client.delete_table(TableName="table")


def writes_of(scene: str) -> list[Write]:
    """Return every write that the code makes in the first states of a scene."""
    model: Any = SHORT[scene].model()
    Search(model).run(5000)
    pending = [model.points.pending(point) for point in range(len(model.points))]
    requests = [each for each in pending if isinstance(each, Request) and each.operation == "UpdateItem"]
    return list(dict.fromkeys(each.detail for each in requests))


def write_to_moto(client: Any, key: str, made: Write) -> tuple[bool, Item | None]:
    """Make a write; return whether its condition holds, and the item afterwards."""
    expression, conditions, values = made
    request = {
        "TableName": "table",
        "Key": {"documentId": {"S": key}},
        "UpdateExpression": expression,
        "ExpressionAttributeNames": {f"#{name}": name for name in re.findall(r"#(\w+)", f"{expression} {conditions}")},
        "ExpressionAttributeValues": {f":{name}": typed(value) for name, value in values},
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    try:
        item = client.update_item(**request | ({"ConditionExpression": conditions} if conditions else {}))["Attributes"]
    except ClientError as refused:
        if refused.response["Error"]["Code"] != FAILED_CONDITION:
            raise
        held, item = False, refused.response.get("Item")
    else:
        held = True
    read = TypeDeserializer().deserialize
    return held, freeze({name: plain(read(value)) for name, value in item.items()}) if item else None


def plain(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, set):
        return frozenset(value)
    return value if isinstance(value, bool | str) else int(value)


@pytest.mark.parametrize(
    "scene",
    ["a decision to pay again", "one caller after the other, two analyses", "one claim after the other, two cards"],
)
def test_the_writes_of_our_code_end_as_they_do_in_moto(dynamodb: Any, scene: str) -> None:
    writes, drawn = writes_of(scene), random.Random(scene)
    outcomes: set[tuple[bool, bool]] = set()
    key, item = "", None
    for number in range(WRITES):
        if number % 20 == 0:
            key, item = f"{scene} {number}", None
        made = drawn.choice(writes)
        existed, expected = item is not None, write(item, key, made)
        assert write_to_moto(dynamodb, key, made) == expected, made
        item = expected[1]
        outcomes.add((existed, expected[0]))
    assert outcomes >= {(True, True), (True, False), (False, True)}


@pytest.mark.parametrize("conditions", OTHER_CONDITIONS)
def test_other_conditions_hold_where_they_do_in_moto(dynamodb: Any, conditions: str) -> None:
    for attempts in (1, 2, 3):
        for state, flag in (("free", True), ("done", False)):
            key = f"{conditions} {attempts} {state}"
            start: Item = (("set_attempts", attempts), ("set_flag", flag), ("set_state", state))
            made: Write = ("SET #attempts = :set_attempts, #state = :set_state, #flag = :set_flag", "", start)
            _, item = write_to_moto(dynamodb, key, made)
            assert write(None, key, made) == (True, item)
            given = {
                name: value for name, value in (("n", 2), ("s", "free"), ("flag", True)) if f":{name}" in conditions
            }
            tried: Write = ("SET #tried = :tried", conditions, freeze({**given, "tried": 1}))
            assert write_to_moto(dynamodb, key, tried) == write(item, key, tried)


def test_a_list_grows_as_it_does_in_moto(dynamodb: Any) -> None:
    append = "SET #n = :n, #list = list_append(if_not_exists(#list, :empty), :more) ADD #n2 :n"
    item: Item | None = None
    for more in (("a", "b"), (), ("c",)):
        made: Write = (append, "", (("empty", ()), ("more", more), ("n", 1)))
        expected = write(item, "list", made)
        assert write_to_moto(dynamodb, "list", made) == expected
        item = expected[1]
    made = ("SET #list = :list", "#list = :list OR #n = :n", (("list", ("z",)), ("n", 1)))
    assert write_to_moto(dynamodb, "list", made) == write(item, "list", made)


@pytest.mark.parametrize(
    "conditions", ["size(a) = :n", "contains(a, :n)", "#a BETWEEN :n AND :n", "a = :n", "#a = n", "#a + :n"]
)
def test_an_unknown_condition_is_refused(conditions: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        condition(conditions)({"a": 1}, {"n": 1})


@pytest.mark.parametrize(
    "expression",
    [
        "SET #a = if_not_exists(#a, :n)",
        "SET #a = list_append(#a, :n)",
        "SET #a = list_append(if_not_exists(#a, :n), :n)",
        "SET #a = #b + :n",
        "SET #a[0] = :n",
        "DELETE #a :n",
        "DELETE #a #b",
        "REMOVE #a[0]",
        "SET a = :n",
    ],
)
def test_an_unknown_update_is_refused(expression: str) -> None:
    with pytest.raises((ValueError, TypeError), match="not understood"):
        update({"a": 1}, expression, {"n": 1})
