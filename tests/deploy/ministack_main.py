"""Starts ministack, an emulated AWS: ``python ministack_main.py HANDLER_PYTHON``. It runs in ministack's environment.

Four things differ from ``python -m ministack``:

- ministack runs handlers with its own interpreter. Here it uses ``HANDLER_PYTHON``, a program that gets the path of a
  worker script.
- In a template, ``Ref`` of a secret is the secret's ARN. ministack 1.5.33 returns the name, so that no policy and no
  environment variable would name the secret.
- CloudFormation creates composite alarms. ministack 1.5.33 has them in CloudWatch, but not in a template.
- CloudFormation saves queries of Logs Insights. ministack 1.5.33 has none, so they are accepted, and not kept.
"""

from __future__ import annotations

import importlib
import runpy
import sys
from http import HTTPStatus
from typing import Any

_CLOUDFORMATION = "ministack.services.cloudformation"
_SECRET = "AWS::SecretsManager::Secret"


def correct_ref_of_secrets() -> None:
    """Replace the function that resolves references in every module that imported it."""
    importlib.import_module(_CLOUDFORMATION)
    original: Any = vars(sys.modules[f"{_CLOUDFORMATION}.engine"])["_resolve_refs"]

    def resolve(value: Any, resources: dict[str, Any], *others: Any) -> Any:
        if isinstance(value, dict) and set(value) == {"Ref"}:
            named = resources.get(value["Ref"], {})
            if named.get("ResourceType") == _SECRET and "Arn" in named.get("Attributes", {}):
                return named["Attributes"]["Arn"]
        return original(value, resources, *others)

    for name, module in list(sys.modules.items()):
        if name.startswith(_CLOUDFORMATION) and vars(module).get("_resolve_refs") is original:
            vars(module)["_resolve_refs"] = resolve


def add_composite_alarms() -> None:
    """Let a template create alarms on other alarms, through ministack's own ``PutCompositeAlarm``."""
    cloudwatch = importlib.import_module("ministack.services.cloudwatch")
    provisioners = importlib.import_module(f"{_CLOUDFORMATION}.provisioners")

    def put(name: str, properties: dict[str, Any]) -> tuple[str, dict[str, str]]:
        request = {key: value for key, value in properties.items() if key != "Tags"}
        status, _, body = cloudwatch._put_composite_alarm({}, request, is_cbor=False, is_json=True)
        if status != HTTPStatus.OK:
            raise ValueError(body.decode())
        return name, {"Arn": cloudwatch._composite_alarms[name]["AlarmArn"]}

    provisioners._RESOURCE_HANDLERS["AWS::CloudWatch::CompositeAlarm"] = {
        "create": lambda _, properties, __: put(properties["AlarmName"], properties),
        "update": lambda name, _, properties, __: put(name, properties),
        "delete": lambda name, _: cloudwatch._composite_alarms.pop(name, None),
    }


def accept_query_definitions() -> None:
    """Let a template save queries of Logs Insights, and refuse those that CloudFormation would refuse."""
    provisioners = importlib.import_module(f"{_CLOUDFORMATION}.provisioners")

    def check(logical_id: str, properties: dict[str, Any]) -> tuple[str, dict[str, str]]:
        if not properties.get("Name") or not properties.get("QueryString"):
            raise ValueError("a query definition lacks its name or its query")
        if not all(isinstance(name, str) for name in properties.get("LogGroupNames", [])):
            raise ValueError("a query definition's log group is not a name")
        return logical_id, {"QueryDefinitionId": logical_id}

    provisioners._RESOURCE_HANDLERS["AWS::Logs::QueryDefinition"] = {
        "create": lambda id_, properties, _: check(id_, properties),
        "update": lambda id_, _, properties, __: check(id_, properties),
        "delete": lambda _, __: None,
    }


if __name__ == "__main__":
    sys.executable = sys.argv.pop(1)
    add_composite_alarms()
    accept_query_definitions()
    correct_ref_of_secrets()
    runpy.run_module("ministack", run_name="__main__", alter_sys=True)
