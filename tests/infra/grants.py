"""What a call of the functions needs to be granted: the action in IAM's words, on what the template calls the thing."""

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
    """One action on one thing; ``only`` is a condition, by the services of ``kms:ViaService`` or as it stands."""

    action: str
    thing: str
    only: str = ""


def needed(calls: Iterable[Call], caller: str, things: Mapping[str, str]) -> set[Grant]:
    """What ``caller``, by its access key, did; ``things`` are the template's words for names, addresses and ARNs."""
    return {grant for call in calls for who, grant in [_needed(call, things)] if who == caller}


def _needed(call: Call, things: Mapping[str, str]) -> tuple[str, Grant]:
    scope = _SCOPE.search(call.signature)
    assert scope, f"an unsigned request for {call.operation}"
    service = scope["service"]
    if service == "s3":
        return scope["caller"], _needed_of_s3(call, things)
    named = str(call.asked[_NAMED_BY[service]])
    return scope["caller"], Grant(f"{service}:{call.operation}", things[named])


def _needed_of_s3(call: Call, things: Mapping[str, str]) -> Grant:
    """S3's requests name no operation; whichever is not known here is no reading of an object, and fails the test."""
    address = urlsplit(call.path)
    bucket, _, key = unquote(address.path).lstrip("/").partition("/")
    asked = set(parse_qs(address.query, keep_blank_values=True))
    assert call.operation == "GetObject", call.operation
    assert key, "a request for the bucket itself"
    assert asked <= {"versionId"}, asked
    return Grant("s3:GetObjectVersion" if "versionId" in asked else "s3:GetObject", f"{things[bucket]}/*")


def granted(template: Template, function: str) -> set[Grant]:
    """What the template lets ``function`` do, each action on each thing by itself."""
    found = set()
    for statement in template.grants(function):
        assert statement.effect == "Allow"
        conditions = {key: value for test in statement.conditions.values() for key, value in test.items()}
        services = [service.split(".")[0] for service in conditions.pop(_THROUGH, [])]
        limits = [*services, *(f"{key}={value}" for key, value in conditions.items())] or [""]
        found |= {
            Grant(action, thing, limit)
            for action in statement.actions
            for thing in statement.resources
            for limit in limits
        }
    return found
