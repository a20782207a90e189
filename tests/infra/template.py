"""Reads a synthesised template: resources by short names, and policy statements with those names."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

# The short name of the resource that an output exports.
RESOURCE_NAMES = {
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
    "UploadSignerPolicyArn": "upload-signer",
    "ConsumerPolicyArn": "consumer",
    "ReviewQueueUrl": "review",
    "ReviewDeadLetterQueueUrl": "review-dead-letters",
    "ReviewerPolicyArn": "reviewer",
    "VerifierPolicyArn": "verifier",
    "AlarmTopicArn": "topic",
    "NoticeTopicArn": "notices",
}
# The actions that an encrypted store of AWS needs on the key.
STORE_KEY_ACTIONS = {
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
        self._names = {
            self._logical_id(out["Value"]): RESOURCE_NAMES.get(id_, id_) for id_, out in self.body["Outputs"].items()
        }
        for id_, key in self.resources("AWS::KMS::Key").items():
            hmac, seals = key.get("KeySpec") == "HMAC_256", "seals claims" in key["Description"]
            self._names[id_] = "claim-key" if hmac else "claim-seal-key" if seals else "key"

    def resources(self, type_: str) -> dict[str, dict[str, Any]]:
        return {
            id_: resource.get("Properties", {})
            for id_, resource in self.body["Resources"].items()
            if resource["Type"] == type_
        }

    def only(self, type_: str) -> dict[str, Any]:
        (properties,) = self.resources(type_).values()
        return properties

    @property
    def dashboard(self) -> str:
        """The body of the dashboard."""
        return self.render(self.only("AWS::CloudWatch::Dashboard")["DashboardBody"])

    def id_of(self, name: str) -> str:
        (id_,) = (id_ for id_, known in self._names.items() if known == name)
        return id_

    def properties_of(self, name: str) -> dict[str, Any]:
        return self.body["Resources"][self.id_of(name)]["Properties"]

    def render(self, value: Any) -> str:
        """Return an intrinsic as text: a resource by its name, a pseudo parameter in angle brackets."""
        match value:
            case {"Ref": str(id_)} | {"Fn::GetAtt": [str(id_), *_]}:
                return self._names.get(id_, f"<{id_}>")
            case {"Fn::Join": [separator, parts]}:
                return separator.join(map(self.render, parts))
            case {"Fn::Sub": str(text)}:
                return re.sub(r"\$\{([^}]+)\}", r"<\1>", text)
            case _:
                return str(value)

    def statements(self, document: dict[str, Any]) -> list[Statement]:
        return [
            Statement(
                effect=statement["Effect"],
                principals=self._rendered(_values(statement.get("Principal", {}))),
                actions=frozenset(_many(statement["Action"])),
                resources=self._rendered(_many(statement.get("Resource", []))),
                conditions=self._rendered_conditions(statement.get("Condition", {})),
            )
            for statement in document["Statement"]
        ]

    def grants(self, role_of: str) -> list[Statement]:
        """Return the permissions of the function ``role_of``."""
        role = self._logical_id(self.properties_of(role_of)["Role"])
        policies = [
            policy["PolicyDocument"]
            for policy in self.resources("AWS::IAM::Policy").values()
            if role in [self._logical_id(each) for each in policy["Roles"]]
        ]
        return [statement for policy in policies for statement in self.statements(policy)]

    def policy_of(self, name: str, type_: str, member: str) -> list[Statement]:
        """Return the statements of the resource policies of ``name``."""
        return [
            statement
            for policy in self.resources(type_).values()
            if name in [self.render(each) for each in _many(policy[member])]
            for statement in self.statements(policy["PolicyDocument"])
        ]

    def _rendered(self, values: list[Any]) -> frozenset[str]:
        return frozenset(self.render(value) for value in values)

    def _rendered_conditions(self, value: Any) -> Any:
        if isinstance(value, dict) and not any(key == "Ref" or key.startswith("Fn::") for key in value):
            return {key: self._rendered_conditions(each) for key, each in value.items()}
        if isinstance(value, list):
            return sorted(self._rendered_conditions(each) for each in value)
        return self.render(value)

    def _logical_id(self, value: Any) -> str:
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
