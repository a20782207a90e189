"""Worker processes whose CPU time is measured.

A worker reads one job per line and answers each with one line: the CPU seconds that the whole process used (user and
system).
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


def usable_cpus() -> set[int]:
    """Return the CPUs that processes can be pinned to; none, where the system cannot pin."""
    return os.sched_getaffinity(0) if sys.platform == "linux" else set()


class WorkerError(Exception):
    """A worker process failed. The reason is on its standard error."""


class Worker:
    """A running worker process. A context manager that ends the process."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start ``command``; it inherits no other environment."""
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=dict(environment), text=True
        )
        self._command = command

    @classmethod
    def python(cls, module: str, *arguments: str, environment: Mapping[str, str]) -> Self:
        """Start a module of this project."""
        return cls([sys.executable, "-m", module, *arguments], environment)

    def __enter__(self) -> Self:
        """Return this worker."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def pin_to(self, cpu: int) -> None:
        """Pin the process to one CPU on Linux. Migrations between CPUs cost caches and add noise."""
        if usable_cpus():
            os.sched_setaffinity(self._process.pid, {cpu})

    def run_job(self, job: str) -> float:
        """Run a job and return its CPU seconds.

        Raises
        ------
        WorkerError
            If the process has ended.
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


def serve_jobs(jobs: Mapping[str, Callable[[int], Callable[[], object]]]) -> None:
    """Serve jobs of the form ``NAME BYTES COUNT`` from standard input.

    Each job prepares the work for an image of ``BYTES`` bytes, does it once unmeasured, and then ``COUNT`` times
    measured. The answer is the mean. Output of the work itself is discarded.
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
