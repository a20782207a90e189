"""CloudFormation's intrinsic functions."""

from __future__ import annotations

from typing import Any

import pytest

from local.deploy.errors import DeployError
from local.deploy.intrinsics import NO_VALUE, Resolver, references

REFERENCES = {"Queue": "http://queue", "AWS::Region": "ap-northeast-2", "AWS::NoValue": NO_VALUE}
ATTRIBUTES = {("Queue", "Arn"): "arn:queue", ("Bucket", "Website.Url"): "http://site"}
RESOLVER = Resolver(REFERENCES.__getitem__, lambda name, attribute: ATTRIBUTES[name, attribute])


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        ("text", "text"),
        (7, 7),
        ({"Ref": "Queue"}, "http://queue"),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "arn:queue"),
        ({"Fn::GetAtt": "Queue.Arn"}, "arn:queue"),
        ({"Fn::GetAtt": "Bucket.Website.Url"}, "http://site"),
        ({"Fn::Sub": "a-${AWS::Region}-${Queue.Arn}-${!Literal}"}, "a-ap-northeast-2-arn:queue-${Literal}"),
        ({"Fn::Sub": ["${own}/${Queue}", {"own": {"Ref": "AWS::Region"}}]}, "ap-northeast-2/http://queue"),
        ({"Fn::Join": [":", ["a", {"Ref": "AWS::Region"}, 3]]}, "a:ap-northeast-2:3"),
        ({"Fn::Split": [":", {"Fn::GetAtt": ["Queue", "Arn"]}]}, ["arn", "queue"]),
        ({"Fn::Select": [1, {"Fn::Split": [":", {"Fn::GetAtt": ["Queue", "Arn"]}]}]}, "queue"),
        ({"Fn::Select": ["0", ["a", "b"]]}, "a"),
        ({"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "AWS::NoValue"}, 1]}, {"b": [1]}),
        ({"Ref": "Queue", "other": 1}, {"Ref": "Queue", "other": 1}),
    ],
)
def test_each_function(value: Any, resolved: Any) -> None:
    assert RESOLVER.resolve(value) == resolved


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"Fn::ImportValue": "other"}, "Fn::ImportValue"),
        ({"Fn::If": ["a", 1, 2]}, "Fn::If"),
        ({"deep": [{"Fn::Transform": {}}]}, "Fn::Transform"),
        ({"Fn::Join": "ab"}, "Fn::Join"),
        ("{{resolve:ssm:name}}", "resolve:ssm:name"),
    ],
)
def test_unsupported_functions_are_named(value: Any, named: str) -> None:
    with pytest.raises(DeployError, match=named):
        RESOLVER.resolve(value)


def test_every_name_that_a_value_refers_to() -> None:
    value = {
        "a": [{"Ref": "One"}, {"Fn::GetAtt": ["Two", "Arn"]}, {"Fn::GetAtt": "Three.Arn"}],
        "b": {"Fn::Sub": ["${Four.Arn} ${own} ${!Five}", {"own": {"Ref": "Six"}}]},
        "c": {"Fn::Join": ["", [{"Fn::Sub": "${Seven}"}]]},
    }
    assert set(references(value)) == {"One", "Two", "Three", "Four", "own", "Six", "Seven"}
