"""Processes that end with the one that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.processes.child import ROOT, Child, ChildError
from tests.support.polling import until

HANDLERS = Path(__file__).parent / "handlers"
STARTER = """
import json, os, sys, time
from pathlib import Path
from local.processes.child import Child
child = Child(sys.argv[3:], environment={"PATH": os.environ["PATH"]}, path=[Path(sys.argv[1])],
              log=Path(sys.argv[2]), announces=True)
print(json.dumps(child.announcement()), flush=True)
time.sleep(600)
"""


def start(module: str, log: Path) -> Child:
    return Child([module], environment={"PATH": os.environ["PATH"]}, path=[HANDLERS], log=log, announces=True)


def running(pid: int) -> bool:
    """Whether the process is there and no zombie that only waits to be asked for its exit code."""
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until_gone(*pids: int) -> None:
    until(lambda: not any(map(running, pids)), f"the end of {pids}")


@pytest.mark.parametrize("command", [["begetter"], ["begetter", "ends"]], ids=" ".join)
def test_nothing_outlives_a_starter_that_was_killed(tmp_path: Path, command: list[str]) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(HANDLERS), str(tmp_path / "log"), *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert starter.stdout is not None
    announced = starter.stdout.readline().decode()
    pids = [int(word.strip('":,{}')) for word in announced.split() if word.strip('":,{}').isdigit()]
    assert len(pids) == 2
    assert all(map(running, pids))
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    starter.stdout.close()
    wait_until_gone(*pids)


def test_killing_a_process_ends_what_it_started(tmp_path: Path) -> None:
    child = start("begetter", tmp_path / "log")
    announced = child.announcement()
    assert child.pid == int(announced["own"])
    child.kill()
    wait_until_gone(int(announced["own"]), int(announced["begotten"]))


def test_what_is_printed_after_the_announcement_goes_to_the_log(tmp_path: Path) -> None:
    child = start("begetter", tmp_path / "log")
    child.announcement()
    until(lambda: (tmp_path / "log").read_text() == "something else\n", "the line in the log")
    child.kill()
    assert (tmp_path / "log").read_text() == "something else\n"


def test_a_process_that_does_not_start_says_where_it_wrote_why(tmp_path: Path) -> None:
    child = start("broken", tmp_path / "log")
    with pytest.raises(ChildError, match=r"broken did not start; see .*log"):
        child.announcement()
    assert "no start" in (tmp_path / "log").read_text()
