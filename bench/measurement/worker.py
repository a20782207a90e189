"""Processes that are measured: each does one kind of work, and tells how much CPU it took.

A worker reads a job a line and answers each with a line: CPU seconds (user and system, of the whole process).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from local.processes.child import ROOT


class WorkerError(Exception):
    """A measured process broke down; it has said why on standard error."""


class Worker:
    """A worker from ``with`` to the end of its block."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start ``command`` with that environment and no other."""
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=dict(environment), text=True
        )
        self._command = command

    @classmethod
    def python(cls, module: str, *arguments: str, environment: Mapping[str, str]) -> Self:
        """Start a module of this project."""
        return cls([sys.executable, "-m", module, *arguments], environment)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def stay_on_one_processor(self) -> None:
        """Keep the process on one processor, where the system can: wandering costs caches, and differs by the run."""
        if sys.platform == "linux":
            os.sched_setaffinity(self._process.pid, {max(os.sched_getaffinity(0))})

    def ask(self, job: str) -> float:
        """Have a job done; return its CPU seconds.

        Raises
        ------
        WorkerError
            when the process has ended.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(job + "\n")
            stdin.flush()
            return float(stdout.readline())
        except (OSError, ValueError):
            raise WorkerError(f"{' '.join(self._command[:3])} broke down") from None


def repeat(jobs: Mapping[str, Callable[[int], Callable[[], object]]]) -> None:
    """Serve jobs of the form ``NAME BYTES COUNT``: make the work for so many bytes and do it, once uncounted.

    What the work itself prints goes nowhere.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    for line in sys.stdin:
        name, size, count = line.split()
        work = jobs[name](int(size))
        work()
        before = time.process_time()
        for _ in range(int(count)):
            work()
        answers.write(f"{(time.process_time() - before) / int(count)}\n")
