"""A function: as many processes as it may have at once, started when they are needed and replaced when they die."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

from local.lambda_runtime.process import FunctionConfiguration, FunctionProcess
from local.lambda_runtime.runtime_api import Outcome

if TYPE_CHECKING:
    from pathlib import Path


class Function:
    """Invokes a function like Lambda does, with ``slots`` processes at most.

    An invocation beyond them waits for a free one. The process that worked last is used first, like Lambda's, so that
    the others can stay cold. What the processes print goes to ``<function>-<slot>.log`` in ``logs``.
    """

    def __init__(self, configuration: FunctionConfiguration, slots: int, logs: Path) -> None:
        self.configuration = configuration
        self._slots = [_Slot(configuration, logs / f"{configuration.name}-{n}.log") for n in range(1, slots + 1)]
        self._idle: queue.LifoQueue[_Slot] = queue.LifoQueue()
        for slot in reversed(self._slots):
            self._idle.put(slot)

    def invoke(self, payload: bytes) -> Outcome:
        """Return how the handler ended with this event, waiting for a free process first."""
        slot = self._idle.get()
        try:
            return slot.invoke(payload)
        finally:
            self._idle.put(slot)

    def warm_up(self) -> None:
        """Start every process now, so that the first events find them ready."""
        for slot in self._slots:
            slot.start()

    def close(self) -> None:
        """End every process, in the middle of an invocation too."""
        for slot in self._slots:
            slot.close()


class _Slot:
    def __init__(self, configuration: FunctionConfiguration, log: Path) -> None:
        self._configuration = configuration
        self._log = log
        self._process: FunctionProcess | None = None
        self._closed = False
        self._lock = threading.Lock()

    def start(self) -> FunctionProcess | None:
        with self._lock:
            if self._closed:
                return None
            if self._process and not self._process.alive:
                self._process.kill()
                self._process = None
            self._process = self._process or FunctionProcess(self._configuration, self._log)
            return self._process

    def invoke(self, payload: bytes) -> Outcome:
        process = self.start()
        return process.invoke(payload) if process else Outcome.failure("Sandbox.Closed", "the pipeline is stopping")

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._process:
                self._process.kill()
