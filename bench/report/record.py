"""A run's raw results, kept as JSON beside the page that is made from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.measurement.results import Result
from local.processes.child import ROOT

RECORD_FILE = ROOT / "docs" / "performance.json"


@dataclass(frozen=True)
class RunRecord:
    """A run: its machine, the number of pairs per comparison, and the results."""

    machine: dict[str, str]
    pairs: int
    results: list[Result]


def write_record(record: RunRecord, file: Path) -> None:
    """Write the record as JSON."""
    tree = msgspec.json.encode(_rounded(msgspec.to_builtins(record)))
    file.write_bytes(msgspec.json.format(tree, indent=1) + b"\n")


def read_record(file: Path) -> RunRecord:
    """Read a record."""
    return msgspec.json.decode(file.read_bytes(), type=RunRecord)


def _rounded(tree: object) -> object:
    """Round to six significant digits, which is more than any sample has."""
    match tree:
        case float():
            return float(f"{tree:.6g}")
        case dict():
            return {name: _rounded(value) for name, value in tree.items()}
        case list() | tuple():
            return [_rounded(value) for value in tree]
    return tree
