"""The stack saves the queries for the log groups of both functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.log_queries import LOG_QUERIES

if TYPE_CHECKING:
    from tests.infra.template import Template


def test_every_query_is_saved_for_both_functions(template: Template) -> None:
    groups = {
        template.body["Resources"][template.id_of(name)]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
        for name in ("analyze", "verify")
    }
    saved = list(template.resources("AWS::Logs::QueryDefinition").values())
    assert {query["Name"]: query["QueryString"] for query in saved} == {
        f"SealedOcr-dev/{name}": text for name, text in LOG_QUERIES.items()
    }
    for query in saved:
        assert {group["Ref"] for group in query["LogGroupNames"]} == groups
