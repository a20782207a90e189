"""A synthesised template, read for what it means: things by what they are, statements by whom and what they name."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

THINGS = {
    "ImageBucketName": "images",
    "UploadsQueueUrl": "uploads",
    "UploadsDeadLetterQueueUrl": "uploads-dead-letters",
    "ResultsQueueUrl": "results",
    "ResultsDeadLetterQueueUrl": "results-dead-letters",
    "DocumentsTableName": "documents",
    "RequestKeysTableName": "request-keys",
    "OcrSecretArn": "secret",
    "AnalyzeFunctionName": "analyze",
    "VerifyFunctionName": "verify",
    "UploaderPolicyArn": "uploader",
    "ConsumerPolicyArn": "consumer",
    "VerifierPolicyArn": "verifier",
    "AlarmTopicArn": "topic",
}
# What an encrypted store of AWS's may have to do with the key in its caller's name.
STORE = {
    "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom", "kms:ReEncryptTo",
}  # fmt: skip


@dataclass(frozen=True)
class Statement:
    effect: str
    principals: frozenset[str]
    actions: frozenset[str]
    resources: frozenset[str]
    conditions: dict[str, Any] = field(hash=False, default_factory=dict)


class Template:
    def __init__(self, path: Path) -> None:
        self.text = path.read_text()
        self.body = json.loads(self.text)
        self._names = {self._target(out["Value"]): THINGS.get(id_, id_) for id_, out in self.body["Outputs"].items()}
        for id_, key in self.resources("AWS::KMS::Key").items():
            self._names[id_] = "claim-key" if key.get("KeySpec") == "HMAC_256" else "key"

    def resources(self, type_: str) -> dict[str, dict[str, Any]]:
        return {
            id_: resource.get("Properties", {})
            for id_, resource in self.body["Resources"].items()
            if resource["Type"] == type_
        }

    def only(self, type_: str) -> dict[str, Any]:
        (properties,) = self.resources(type_).values()
        return properties

    def id_of(self, thing: str) -> str:
        (id_,) = (id_ for id_, name in self._names.items() if name == thing)
        return id_

    def thing(self, name: str) -> dict[str, Any]:
        return self.body["Resources"][self.id_of(name)]["Properties"]

    def say(self, value: Any) -> str:
        """An intrinsic as text: what it refers to by its name, pseudo parameters in angle brackets."""
        match value:
            case {"Ref": str(id_)} | {"Fn::GetAtt": [str(id_), *_]}:
                return self._names.get(id_, f"<{id_}>")
            case {"Fn::Join": [separator, parts]}:
                return separator.join(map(self.say, parts))
            case {"Fn::Sub": str(text)}:
                return re.sub(r"\$\{([^}]+)\}", r"<\1>", text)
            case _:
                return str(value)

    def statements(self, document: dict[str, Any]) -> list[Statement]:
        return [
            Statement(
                effect=statement["Effect"],
                principals=self._said(_values(statement.get("Principal", {}))),
                actions=frozenset(_many(statement["Action"])),
                resources=self._said(_many(statement.get("Resource", []))),
                conditions=self._plain(statement.get("Condition", {})),
            )
            for statement in document["Statement"]
        ]

    def grants(self, role_of: str) -> list[Statement]:
        """What the function ``role_of`` may do."""
        role = self._target(self.thing(role_of)["Role"])
        policies = [
            policy["PolicyDocument"]
            for policy in self.resources("AWS::IAM::Policy").values()
            if role in [self._target(each) for each in policy["Roles"]]
        ]
        return [statement for policy in policies for statement in self.statements(policy)]

    def policy_of(self, thing: str, type_: str, member: str) -> list[Statement]:
        """The resource policies attached to ``thing``."""
        return [
            statement
            for policy in self.resources(type_).values()
            if thing in [self.say(each) for each in _many(policy[member])]
            for statement in self.statements(policy["PolicyDocument"])
        ]

    def _said(self, values: list[Any]) -> frozenset[str]:
        return frozenset(self.say(value) for value in values)

    def _plain(self, value: Any) -> Any:
        if isinstance(value, dict) and not any(key == "Ref" or key.startswith("Fn::") for key in value):
            return {key: self._plain(each) for key, each in value.items()}
        if isinstance(value, list):
            return sorted(self._plain(each) for each in value)
        return self.say(value)

    def _target(self, value: Any) -> str:
        match value:
            case {"Ref": str(id_)} | {"Fn::GetAtt": [str(id_), *_]}:
                return id_
            case _:
                return ""


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _values(principal: Any) -> list[Any]:
    if not isinstance(principal, dict):
        return _many(principal)
    return [each for value in principal.values() for each in _many(value)]
