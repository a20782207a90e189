"""A pipeline that fails: exit code 4, the logs are kept, and nothing keeps running."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.processes.child import ROOT
from tests.support.polling import PATIENCE

SESSION = """
import sys
from pathlib import Path
import typer
from botocore.exceptions import EndpointConnectionError
from local.pipeline.options import PipelineOptions
from local.cli.exit_codes import ExitCode
from local.cli.session import session
app = typer.Typer()
@app.command()
def command(logs: Path, what: str) -> None:
    with session(PipelineOptions(logs, reader="none" if what == "start" else "specimen")) as (pipeline, progress):
        print("started")
        if what == "aws":
            raise EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
        raise typer.Exit(ExitCode[what])
app()
"""


def run(logs: Path, what: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SESSION, str(logs), what],
        cwd=ROOT,
        # Only `python -m local` adds this folder by itself.
        env={**os.environ, "PYTHONPATH": str(ROOT / "functions")},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_a_process_that_does_not_start_ends_the_session_before_the_command_runs(tmp_path: Path) -> None:
    ended = run(tmp_path / "logs", "start")
    assert ended.returncode == 4
    assert ended.stdout == ""
    assert "the pipeline failed: emulator did not start" in ended.stderr
    assert str(tmp_path / "logs") in ended.stderr
    assert "none" in (tmp_path / "logs" / "emulator.log").read_text()


@pytest.mark.parametrize(("what", "code", "kept"), [("aws", 4, True), ("REJECTED", 1, False)])
def test_the_logs_are_kept_if_they_may_explain_a_failure(tmp_path: Path, what: str, code: int, kept: bool) -> None:
    ended = run(tmp_path / "logs", what)
    assert ended.returncode == code, ended.stderr
    assert ended.stdout == "started\n"
    assert (tmp_path / "logs").exists() is kept


LOCK_HELD_AT_EXIT = """
import atexit, runpy, sys, threading
lock = threading.Lock()
lock.acquire()
atexit.register(lock.acquire)  # like urllib3, which closes a pool whose lock is held after an interrupt
sys.argv = ["local", "run", "nowhere.png"]
runpy.run_module("local", run_name="__main__")
"""


def test_a_lock_held_after_an_interrupt_does_not_block_the_exit() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOCK_HELD_AT_EXIT],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 2
    assert "there is no image nowhere.png" in ended.stderr
