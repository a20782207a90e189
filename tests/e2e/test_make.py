"""The Makefile's own messages."""

from __future__ import annotations

import os
import subprocess

import pytest

from local.processes.child import ROOT


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    # As from a shell. Under `make test`, make would report itself as a sub-make.
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", "-n", *arguments]
    return subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("goals", [["card.png"], ["run", "README.md"]])
def test_an_unknown_target_is_named_before_anything_runs(goals: list[str]) -> None:
    result = make(*goals)
    assert result.returncode == 2
    assert result.stdout == ""
    assert f"no target {goals[-1]}: " in result.stderr
    assert "ARGS=" in result.stderr


def test_every_target_is_listed_and_explained() -> None:
    makefile = (ROOT / "Makefile").read_text().splitlines()
    (known,) = (line.removeprefix("TARGETS := ").split() for line in makefile if line.startswith("TARGETS"))
    explained = [line.partition(":")[0] for line in makefile if ":" in line and "  ## " in line]
    assert sorted(explained) == sorted(known)
