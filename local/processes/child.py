"""Processes that the local pipeline starts, each ending with it."""

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
    """A process of the pipeline did not start; the text says which one and where it wrote why."""


class Child:
    """A Python module running in a process of its own, whose output goes to a file.

    Parameters: ``command`` is the module and its arguments as ``python -m`` takes them; ``environment`` the whole
    environment, not an addition to this one; ``path`` the folders that it imports from, the first also being where it
    runs; ``announces`` whether it prints a line of JSON once it is ready (see ``announcement``).
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
                # Ctrl-C goes to every process of the terminal's group; ending these is the pipeline's own work. And
                # what the process starts is in its group, and ends with it.
                start_new_session=True,
            )

    @classmethod
    def serving(cls, logs: Path, *command: str) -> Self:
        """Start a server of this project, which announces where it is; it logs into the folder ``logs``."""
        return cls(
            command,
            environment={"PATH": os.environ.get("PATH", os.defpath)},
            path=[ROOT],
            log=logs / f"{command[0]}.log",
            announces=True,
        )

    def announcement(self) -> dict[str, str]:
        """Return what the process announces once it is ready, and send what else it prints to its log.

        Raises: ChildError when it ends, or prints something else, instead.
        """
        output = self._process.stdout
        line = output.readline() if output else b""
        try:
            announced = json.loads(line)
        except ValueError:
            self.kill()
            raise ChildError(f"{self._name} did not start; {self._log} says why") from None
        threading.Thread(target=self._drain, args=(output,), daemon=True).start()
        return {str(name): str(value) for name, value in announced.items()}

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    def wait(self) -> int:
        """Wait for the end; return the exit code, negative for a signal."""
        return self._process.wait()

    def kill(self) -> None:
        """End the process and those that it started, at once: what any of them knows ends with the run."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()

    def _drain(self, output: IO[bytes]) -> None:
        with self._log.open("ab") as sink, output:
            for line in output:
                sink.write(line)
                sink.flush()
