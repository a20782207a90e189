"""A run's raw figures, kept as JSON beside the page that is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.measurement.figures import Figure
from local.processes.child import ROOT

FILE = ROOT / "docs" / "performance.json"


@dataclass(frozen=True)
class Record:
    """Where and when it was measured, how many pairs were made, and what was found."""

    machine: dict[str, str]
    pairs: int
    figures: list[Figure]


def write(record: Record, file: Path) -> None:
    """Write the record."""
    tree = msgspec.json.encode(_rounded(msgspec.to_builtins(record)))
    file.write_bytes(msgspec.json.format(tree, indent=1) + b"\n")


def read(file: Path) -> Record:
    """Read it again."""
    return msgspec.json.decode(file.read_bytes(), type=Record)


def _rounded(tree: object) -> object:
    """Six digits are more than any of the samples holds."""
    match tree:
        case float():
            return float(f"{tree:.6g}")
        case dict():
            return {name: _rounded(value) for name, value in tree.items()}
        case list() | tuple():
            return [_rounded(value) for value in tree]
    return tree
