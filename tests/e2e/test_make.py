"""The Makefile: its messages, its standard output, its exit code, and what it removes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from local.cli.exit_codes import ExitCode
from local.processes.child import ROOT

# Stands for every program of the set-up. It makes the environments, and prints what only a terminal should show.
TOOL = """#!/bin/sh
case "$*" in
  "-m local run fails"*) exit 4 ;;
  "-m local "*|"-m ops "*|"-m soak "*) echo "result of $*"; exit ;;
  "-m venv "*) for folder; do :; done; mkdir -p "$folder/bin"
               for name in python uv ruff; do cp "$0" "$folder/bin/$name"; done ;;
esac
echo noise
"""
MAKEFILE = (ROOT / "Makefile").read_text()
VARIABLES = dict(re.findall(r"^([A-Z_]+) *:= *(.+)$", MAKEFILE, re.MULTILINE))
# The rules that set an environment up, with what they are made from.
SET_UPS = re.findall(r"^(\$\([A-Z_]+\)(?:/\.ready)?): (.+)$", MAKEFILE, re.MULTILINE)
SOURCES = ["Makefile", *{word for _, needed in SET_UPS for word in needed.split() if word[0] not in "$|"}]


def expanded(text: str) -> str:
    """Return the text with the Makefile's variables replaced."""
    while found := re.search(r"\$\(([A-Z_]+)\)", text):
        text = text.replace(found[0], VARIABLES[found[1]])
    return text


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    # As from a shell. Under `make test`, make would report itself as a sub-make.
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", *arguments]
    return subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, check=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that is not set up, and the tool with which it sets itself up."""
    for source in SOURCES:
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / source, tmp_path / source)
    (tmp_path / "tool").write_text(TOOL)
    (tmp_path / "tool").chmod(0o755)
    return tmp_path


@pytest.mark.parametrize(("target", "module"), [("run", "local run"), ("ops", "ops"), ("soak", "soak")])
def test_the_first_run_s_standard_output_holds_only_results(checkout: Path, target: str, module: str) -> None:
    result = make(target, "ARGS=--json", f"PYTHON={checkout / 'tool'}", folder=checkout)
    assert (result.returncode, result.stdout) == (0, f"result of -m {module} --json\n"), result.stderr
    assert "setting up .venv (once)" in result.stderr


def test_no_set_up_writes_to_standard_output(checkout: Path) -> None:
    paths = [expanded(target) for target, _ in SET_UPS]
    assert {".venv/.ready", ".venv/browser/.ready"} <= set(paths)
    result = make(*paths, f"PYTHON={checkout / 'tool'}", folder=checkout)
    assert (result.returncode, result.stdout) == (0, ""), result.stderr
    assert result.stderr.count("noise") > len(paths)


def test_clean_removes_what_runs_left_and_distclean_also_what_was_downloaded(checkout: Path) -> None:
    left = [
        "out/run/card.png",
        ".local/run/emulator.log",
        ".local/templates/x.json",
        "cdk.out/tree.json",
        "build/x.zip",
    ]
    downloaded = [".venv/.ready", "emulator/data/node_modules/x", "emulator/data/tessdata/kor.traineddata"]
    for file in left + downloaded:
        (checkout / file).parent.mkdir(parents=True, exist_ok=True)
        (checkout / file).touch()
    assert make("clean", folder=checkout).returncode == 0
    assert [file for file in left + downloaded if (checkout / file).exists()] == downloaded
    assert make("distclean", folder=checkout).returncode == 0
    assert [file for file in downloaded if (checkout / file).exists()] == []
    assert all((checkout / source).exists() for source in SOURCES)


def test_the_readme_names_each_exit_code_and_make_s_own(checkout: Path) -> None:
    readme = (ROOT / "README.md").read_text()
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", readme, re.MULTILINE)} == {*map(int, ExitCode)}
    assert "make exits with 2 for every failure" in readme
    assert make("run", "ARGS=fails", f"PYTHON={checkout / 'tool'}", folder=checkout).returncode == 2


@pytest.mark.parametrize("goals", [["card.png"], ["run", "README.md"]])
def test_an_unknown_target_is_named_before_anything_runs(goals: list[str]) -> None:
    result = make("-n", *goals)
    assert result.returncode == 2
    assert result.stdout == ""
    assert f"no target {goals[-1]}: " in result.stderr
    assert "ARGS=" in result.stderr


def test_every_target_is_listed_and_explained() -> None:
    makefile = (ROOT / "Makefile").read_text().splitlines()
    (known,) = (line.removeprefix("TARGETS := ").split() for line in makefile if line.startswith("TARGETS"))
    explained = [line.partition(":")[0] for line in makefile if ":" in line and "  ## " in line]
    assert sorted(explained) == sorted(known)
