"""The Makefile, as far as it speaks itself."""

from __future__ import annotations

import os
import subprocess

import pytest

from local.processes.child import ROOT


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    # As from a shell: under `make test` it would speak of itself as of another make's part.
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", "-n", *arguments]
    return subprocess.run(command, cwd=ROOT, env=own, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("goals", [["card.png"], ["run", "README.md"]])
def test_what_is_no_target_is_named_before_anything_runs(goals: list[str]) -> None:
    said = make(*goals)
    assert said.returncode == 2
    assert said.stdout == ""
    assert f"no target {goals[-1]}: " in said.stderr
    assert "ARGS=" in said.stderr


def test_every_target_is_explained_and_known() -> None:
    makefile = (ROOT / "Makefile").read_text().splitlines()
    (known,) = (line.removeprefix("TARGETS := ").split() for line in makefile if line.startswith("TARGETS"))
    explained = [line.partition(":")[0] for line in makefile if ":" in line and "  ## " in line]
    assert sorted(explained) == sorted(known)
