"""``docs/logs.md`` has every event with the level, the identity, the fields and the metric of its lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sealed_ocr.runtime.event_specs import EVENT_SPECS, Scope

from infra.log_queries import LOG_QUERIES

pytestmark = pytest.mark.unit

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "logs.md").read_text()
# event | level | identity | further fields | metric | meaning
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| `[a-z_]+\.[a-z_]+` \|", line)
]


def names(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell))


def test_the_table_is_what_the_functions_write() -> None:
    written = {
        str(event): [
            f"`{event}`",
            spec.level.value,
            spec.scope.name.lower(),
            spec.fields,
            (spec.metric.value,) if spec.metric else (),
        ]
        for event, spec in EVENT_SPECS.items()
    }
    shown = {names(row[0])[0]: [*row[:3], names(row[3]), names(row[4])] for row in ROWS}
    assert shown == written
    assert len(ROWS) == len(written)
    assert all(row[5] for row in ROWS)


def test_the_fields_of_each_identity_are_those_of_its_lines() -> None:
    for scope in Scope:
        (row,) = re.findall(rf"^\| {scope.name.lower()} \| (.+) \|$", PAGE, re.MULTILINE)
        assert set(names(row)) - {"receiveCount"} == set(scope.value)


def test_the_queries_are_those_of_the_stack() -> None:
    shown = re.findall(r"^### (.+)\n\n(?:.+\n)+\n```\n((?:.+\n)+?)```$", PAGE, re.MULTILINE)
    assert {name: query.rstrip("\n") for name, query in shown} == LOG_QUERIES
