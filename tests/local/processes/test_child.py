"""Child processes exit with their parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.processes.child import ROOT, Child, ChildError
from tests.support.polling import until

MODULES = Path(__file__).parent / "modules"
PARENT = """
import json, os, sys, time
from pathlib import Path
from local.processes.child import Child
child = Child(sys.argv[3:], environment={"PATH": os.environ["PATH"]}, path=[Path(sys.argv[1])],
              log=Path(sys.argv[2]), announces=True)
print(json.dumps(child.announcement()), flush=True)
time.sleep(600)
"""


def start(module: str, log: Path) -> Child:
    return Child([module], environment={"PATH": os.environ["PATH"]}, path=[MODULES], log=log, announces=True)


def running(pid: int) -> bool:
    """Whether the process exists and is not a zombie."""
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until_gone(*pids: int) -> None:
    until(lambda: not any(map(running, pids)), f"the end of {pids}")


@pytest.mark.parametrize("command", [["spawner"], ["spawner", "exits"]], ids=" ".join)
def test_nothing_outlives_a_killed_parent(tmp_path: Path, command: list[str]) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(MODULES), str(tmp_path / "log"), *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert parent.stdout is not None
    announced = parent.stdout.readline().decode()
    pids = [int(word.strip('":,{}')) for word in announced.split() if word.strip('":,{}').isdigit()]
    assert len(pids) == 2
    assert all(map(running, pids))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    wait_until_gone(*pids)


def test_killing_a_process_kills_its_children(tmp_path: Path) -> None:
    child = start("spawner", tmp_path / "log")
    announced = child.announcement()
    assert child.pid == int(announced["own"])
    child.kill()
    wait_until_gone(int(announced["own"]), int(announced["spawned"]))


def test_a_process_that_has_exited_is_killed_without_an_error_on_macos_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_group: int, _signal: int) -> None:
        # macOS's answer for a group of processes that have exited.
        raise PermissionError

    child = start("broken", tmp_path / "log")
    assert child.wait() == 1
    monkeypatch.setattr(os, "killpg", refuse)
    child.kill()


def test_output_after_the_announcement_goes_to_the_log(tmp_path: Path) -> None:
    child = start("spawner", tmp_path / "log")
    child.announcement()
    until(lambda: (tmp_path / "log").read_text() == "something else\n", "the line in the log")
    child.kill()
    assert (tmp_path / "log").read_text() == "something else\n"


def test_a_process_that_does_not_start_is_reported_with_its_log(tmp_path: Path) -> None:
    child = start("broken", tmp_path / "log")
    with pytest.raises(ChildError, match=r"broken did not start; see .*log"):
        child.announcement()
    assert "no start" in (tmp_path / "log").read_text()
