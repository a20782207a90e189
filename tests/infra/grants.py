"""The permissions that the functions' calls need, and those that the template grants."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.infra.template import Template
    from tests.support.calls import Call

_SCOPE = re.compile(r"Credential=(?P<caller>[^/]+)/\d+/[^/]+/(?P<service>[^/]+)/aws4_request")
_NAMED_BY = {"sqs": "QueueUrl", "dynamodb": "TableName", "secretsmanager": "SecretId", "kms": "KeyId"}
_THROUGH = "kms:ViaService"


class Grant(NamedTuple):
    """One action on one resource; ``only`` is a service of ``kms:ViaService``, or another condition."""

    action: str
    resource: str
    only: str = ""


def needed(calls: Iterable[Call], caller: str, resources: Mapping[str, str]) -> set[Grant]:
    """Return the permissions for the calls of ``caller``, identified by its access key.

    ``resources`` maps names, URLs and ARNs to the names of :mod:`tests.infra.template`.
    """
    return {grant for call in calls for who, grant in [_needed(call, resources)] if who == caller}


def _needed(call: Call, resources: Mapping[str, str]) -> tuple[str, Grant]:
    scope = _SCOPE.search(call.signature)
    assert scope, f"an unsigned request for {call.operation}"
    service = scope["service"]
    if service == "s3":
        return scope["caller"], _needed_of_s3(call, resources)
    named = str(call.request[_NAMED_BY[service]])
    # As the condition of a permission says it.
    purpose = call.request.get("EncryptionContext", {}).get("purpose")
    limit = f"kms:EncryptionContext:purpose={purpose}" if purpose else ""
    return scope["caller"], Grant(f"{service}:{call.operation}", resources[named], limit)


def _needed_of_s3(call: Call, resources: Mapping[str, str]) -> Grant:
    """S3's requests do not name their operation; anything but reading an object fails the test."""
    address = urlsplit(call.path)
    bucket, _, key = unquote(address.path).lstrip("/").partition("/")
    parameters = set(parse_qs(address.query, keep_blank_values=True))
    assert call.operation in {"GetObject", "HeadObject"}, call.operation
    assert key, "a request for the bucket itself"
    assert parameters <= {"versionId"}, parameters
    return Grant("s3:GetObjectVersion" if "versionId" in parameters else "s3:GetObject", f"{resources[bucket]}/*")


def granted(template: Template, function: str) -> set[Grant]:
    """Return the permissions of ``function`` in the template, one for each action and resource."""
    found = set()
    for statement in template.grants(function):
        assert statement.effect == "Allow"
        conditions = {key: value for test in statement.conditions.values() for key, value in test.items()}
        services = [service.split(".")[0] for service in conditions.pop(_THROUGH, [])]
        limits = [*services, *(f"{key}={value}" for key, value in conditions.items())] or [""]
        found |= {
            Grant(action, resource, limit)
            for action in statement.actions
            for resource in statement.resources
            for limit in limits
        }
    return found


def allowed_by_endpoints(template: Template, function: str) -> set[Grant]:
    """Return what the policies of the VPC's endpoints allow to the role of ``function``."""
    role = template.render(template.properties_of(function)["Role"])
    return {
        Grant(action, resource)
        for endpoint in template.resources("AWS::EC2::VPCEndpoint").values()
        for statement in template.statements(endpoint["PolicyDocument"])
        if statement.conditions == {"ArnEquals": {"aws:PrincipalArn": role}}
        for action in statement.actions
        for resource in statement.resources
    }
