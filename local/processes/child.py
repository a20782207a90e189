"""Child processes of the local pipeline. They exit when it exits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]
_CHILD = Path(__file__).with_name("child_main.py")


class ChildError(Exception):
    """A child process did not start. The text names the process and its log."""


class Child:
    """A Python module in a process of its own, whose output goes to a file.

    Parameters
    ----------
    command : Sequence[str]
        The module and its arguments, as for ``python -m``.
    environment : Mapping[str, str]
        The complete environment. Nothing is inherited.
    path : Sequence[Path]
        The folders to import from. The first one is also the working directory.
    log : Path
        The file for the output.
    announces : bool
        Whether the process prints a line of JSON when it is ready (see ``announcement``).
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        path: Sequence[Path],
        log: Path,
        announces: bool = False,
    ) -> None:
        self._name, self._log = command[0], log
        with log.open("ab") as sink:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter, and modules that the pipeline names
                [sys.executable, "-P", str(_CHILD), *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if announces else sink,
                stderr=sink,
                cwd=path[0],
                env={**environment, "PYTHONPATH": os.pathsep.join(map(str, path)), "PYTHONUNBUFFERED": "1"},
                # Ctrl-C goes to every process of the terminal's group, but only the pipeline may stop its children.
                # The new group also holds the child's own children, so that they are killed with it.
                start_new_session=True,
            )

    @classmethod
    def start_server(cls, logs: Path, *command: str) -> Self:
        """Start a server of this project that announces its address. It logs to a file in the folder ``logs``."""
        return cls(
            command,
            environment={"PATH": os.environ.get("PATH", os.defpath)},
            path=[ROOT],
            log=logs / f"{command[0]}.log",
            announces=True,
        )

    def announcement(self) -> dict[str, str]:
        """Wait until the process is ready and return what it announces. Its further output goes to its log.

        Raises
        ------
        ChildError
            If the process exits or prints anything but JSON first.
        """
        output = self._process.stdout
        line = output.readline() if output else b""
        try:
            announced = json.loads(line)
        except ValueError:
            self.kill()
            raise ChildError(f"{self._name} did not start; see {self._log}") from None
        threading.Thread(target=self._drain, args=(output,), daemon=True).start()
        return {str(name): str(value) for name, value in announced.items()}

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    def wait(self) -> int:
        """Wait for the exit. Return the exit code, which is negative for a signal."""
        return self._process.wait()

    def kill(self) -> None:
        """Kill the process and its own children. Nothing they hold needs to be saved."""
        # macOS answers "not permitted", not "no such process", for a group whose processes have all exited.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()

    def _drain(self, output: IO[bytes]) -> None:
        with self._log.open("ab") as sink, output:
            for line in output:
                sink.write(line)
                sink.flush()
