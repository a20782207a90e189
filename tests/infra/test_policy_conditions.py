"""docs/policy-conditions.md lists each condition of the template's policies, with AWS's page about it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.infra.template import Template

ROWS = re.findall(
    r"^(\| `AWS::[^|]+\|[^|]+\|[^|]+\|) \[[^]]+\]\(https://docs\.aws\.amazon\.com/\S+\)",
    (Path(__file__).parents[2] / "docs" / "policy-conditions.md").read_text(),
    re.MULTILINE,
)


def documents(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every policy document in ``value``: the properties that hold one have different names."""
    if isinstance(value, dict):
        if "Statement" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from documents(each)


def rows(template: Template) -> Iterator[str]:
    for resource in template.body["Resources"].values():
        for document in documents(resource.get("Properties", {})):
            for statement in template.statements(document):
                who = ", ".join(f"`{each}`" for each in sorted(statement.principals)) or "its holder"
                for operator, keys in statement.conditions.items():
                    for key, values in keys.items():
                        # Each service must be one that passes its name on to KMS.
                        services = values if key == "kms:ViaService" else []
                        names = [f" `{service.partition('.')[0]}`" for service in services] or [""]
                        for name in names:
                            yield f"| `{resource['Type']}` | {statement.effect} {who} | `{operator}` `{key}`{name} |"


def test_every_condition_is_listed_with_the_page_that_documents_it(network_template: Template) -> None:
    assert sorted(ROWS) == sorted(set(rows(network_template)))
