"""Runs queries of CloudWatch Logs Insights over log lines: the part of the language that ours use.

Written from AWS's description of the language. What it does not know is an error, so a query cannot go untested.
"""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

Row = dict[str, Any]
# CloudWatch adds it to every line.
TIMESTAMP = "@timestamp"

_NAME = r"@?[A-Za-z_]\w*"
_CONDITION = re.compile(rf'({_NAME})\s*(=|>|in)\s*("[^"]*"|\d+|\[[^\]]*\])|ispresent\(({_NAME})\)')
_AGGREGATE = re.compile(rf"(\w+)\(((?:[^()]|\([^()]*\))*)\) as ({_NAME})")


def run_query(query: str, lines: Iterable[Row]) -> list[Row]:
    """Return the rows that the query finds in ``lines``, each of which has a ``@timestamp``."""
    rows = list(lines)
    for command in query.split("|"):
        verb, rest = command.split(maxsplit=1)
        rows = _COMMANDS[verb](" ".join(rest.split()), rows)
    return rows


def fields_of(query: str) -> set[str]:
    """Return the fields of log lines that a query names."""
    unquoted = re.sub(r'"[^"]*"', "", query)
    made = set(re.findall(rf"as ({_NAME})", unquoted))
    words = set(re.findall(rf"(?<![\w@]){_NAME}(?!\w*\()", unquoted))
    return words - made - {*_COMMANDS, "by", "as", "and", "or", "in", "asc", "desc", TIMESTAMP}


def _filter(text: str, rows: list[Row]) -> list[Row]:
    alternatives = [[_condition(part) for part in parts.split(" and ")] for parts in text.split(" or ")]
    return [row for row in rows if any(all(holds(row) for holds in every) for every in alternatives)]


def _condition(text: str) -> Callable[[Row], bool]:
    found = _CONDITION.fullmatch(text.strip())
    assert found, f"not understood: {text}"
    name, operator, value, present = found.groups()
    if present:
        return lambda row: present in row
    if operator == "in":
        return lambda row: row.get(name) in re.findall(r'"([^"]*)"', value)
    if operator == ">":
        return lambda row: row.get(name, 0) > int(value)
    return lambda row: str(row.get(name)) == value.strip('"')


def _stats(text: str, rows: list[Row]) -> list[Row]:
    aggregates, _, by = text.partition(" by ")
    keys = [key.strip() for key in by.split(",")]
    found = _AGGREGATE.findall(aggregates)
    assert len(found) == aggregates.count(" as "), f"not understood: {aggregates}"
    groups: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row.get(key) for key in keys)].append(row)
    return [
        dict(zip(keys, key, strict=True))
        | {name: _aggregate(function, given, group) for function, given, name in found}
        for key, group in groups.items()
    ]


def _aggregate(function: str, given: str, rows: list[Row]) -> Any:
    argument, *more = [part.strip() for part in given.split(",")]
    values = [row[argument] for row in rows if argument in row]
    match function:
        case "count" if given == "*":
            return len(rows)
        case "count_distinct":
            return len(set(values))
        case "latest":
            return max((row for row in rows if argument in row), key=lambda row: row[TIMESTAMP], default={}).get(
                argument
            )
        case "pct":
            quantiles = statistics.quantiles([values[0], *values], n=100, method="inclusive")
            return quantiles[int(more[0]) - 1]
        case "sum" if contains := re.fullmatch(rf'strcontains\(({_NAME}), "([^"]*)"\)', given):
            return sum(contains[2] in str(row.get(contains[1], "")) for row in rows)
    raise AssertionError(f"not understood: {function}({given})")


def _sort(text: str, rows: list[Row]) -> list[Row]:
    name, order = text.split()
    return sorted(rows, key=lambda row: row.get(name, 0), reverse={"asc": False, "desc": True}[order])


def _display(text: str, rows: list[Row]) -> list[Row]:
    names = [name.strip() for name in text.split(",")]
    return [{name: row[name] for name in names if name in row} for row in rows]


_COMMANDS: dict[str, Callable[[str, list[Row]], list[Row]]] = {
    "filter": _filter,
    "stats": _stats,
    "sort": _sort,
    "limit": lambda text, rows: rows[: int(text)],
    "display": _display,
}
