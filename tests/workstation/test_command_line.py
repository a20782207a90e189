"""The command lines: their help, an early Ctrl-C, and a terminal without Unicode."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import local.cli.commands
import ops.cli
from local.cli.output import print_document, print_line
from local.cli.progress import ProgressDisplay
from local.pipeline.messages import Message
from local.processes.child import ROOT
from tests.support.polling import PATIENCE
from workstation.terminal import escape_unencodable, pluralize

APPS = {"local": local.cli.commands.app, "ops": ops.cli.app}
COMMANDS = [
    (app, command)
    for app, typer_app in APPS.items()
    for command in ["", *get_command(typer_app).commands]  # type: ignore[attr-defined]
]
# Sends Ctrl-C at the first import that takes long.
INTERRUPT = """
import importlib.abc, os, signal, sys
class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "typer":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
"""
VALUE = "홍길동 😀 Köln"
EVENT: dict[str, Any] = {
    "type": "sealed-ocr.document.analyzed.v1",
    "data": {"document": {"kind": "id-card"}, "result": {"keyValues": [{"key": "name", "value": VALUE, "conf": 1}]}},
}


@pytest.mark.parametrize(("app", "command"), COMMANDS)
def test_the_help_names_values_and_no_types_of_python(app: str, command: str) -> None:
    shown = CliRunner().invoke(APPS[app], [*command.split(), "--help"], env={"COLUMNS": "200"}).output
    assert "Usage: " in shown
    assert re.findall(r"<(?:bool|int|float|str|list|path|file|uuid)[^>]*>|\[\[|…\]", shown, re.IGNORECASE) == []


@pytest.mark.parametrize("module", APPS)
def test_ctrl_c_during_the_imports_ends_the_command_without_a_traceback(tmp_path: Path, module: str) -> None:
    (tmp_path / "sitecustomize.py").write_text(INTERRUPT)
    ended = subprocess.run(
        [sys.executable, "-m", module, "--help"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, b"", b"")


@pytest.mark.parametrize("module", APPS)
def test_an_ascii_terminal_shows_the_help(module: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", module, "--help"],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.isascii()
    assert b"Usage: " in ended.stdout


@contextmanager
def ascii_terminal() -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    """Let standard output and error take ASCII only; yield what is written to them."""
    out, err = io.BytesIO(), io.BytesIO()
    with (
        redirect_stdout(io.TextIOWrapper(out, "ascii", write_through=True)) as stdout,
        redirect_stderr(io.TextIOWrapper(err, "ascii", write_through=True)) as stderr,
    ):
        escape_unencodable()
        yield out, err
        stdout.detach()
        stderr.detach()


def test_json_on_an_ascii_terminal_stays_the_same_json() -> None:
    with ascii_terminal() as (out, _):
        print_line(json.dumps(EVENT, ensure_ascii=False))
    assert json.loads(out.getvalue()) == EVENT


def test_a_table_and_the_progress_are_readable_on_an_ascii_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    with ascii_terminal() as (out, err):
        print_document(f"{VALUE}.png", Message("", EVENT))
        with ProgressDisplay() as progress:
            progress.step("waiting")
            progress.note(VALUE)
    escaped = VALUE.encode("ascii", "json-escape")
    assert escaped == rb"\ud64d\uae38\ub3d9 \ud83d\ude00 K\u00f6ln"
    table, shown = out.getvalue(), err.getvalue()
    assert escaped in table
    assert escaped in shown
    # Neither frames nor the turning sign are among the escaped characters.
    assert not re.findall(rb"\\u2[0-9a-f]{3}", table + shown)


def test_plurals() -> None:
    assert [pluralize(number, "image") for number in (0, 1, 2)] == ["0 images", "1 image", "2 images"]
    assert pluralize(2, "entry", "entries") == "2 entries"
