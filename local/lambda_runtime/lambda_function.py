"""A Lambda function: a pool of processes that are started on demand and replaced when they die."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING

from local.lambda_runtime.invocation import InvocationResult
from local.lambda_runtime.process import FunctionConfiguration, FunctionProcess

if TYPE_CHECKING:
    from pathlib import Path


class LambdaFunction:
    """Invokes a function as Lambda does, with at most ``slots`` processes at a time.

    Further invocations wait for a free process. As on Lambda, the process that worked last is used first, so that the
    others can stay cold. The output of the processes goes to ``<function>-<slot>.log`` in ``logs``.
    """

    def __init__(self, configuration: FunctionConfiguration, slots: int, logs: Path) -> None:
        self.configuration = configuration
        self._slots = [_Slot(configuration, logs / f"{configuration.name}-{n}.log") for n in range(1, slots + 1)]
        self._idle: queue.LifoQueue[_Slot] = queue.LifoQueue()
        for slot in reversed(self._slots):
            self._idle.put(slot)

    def invoke(self, payload: bytes) -> InvocationResult:
        """Wait for a free process, invoke the handler with this event, and return the result."""
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
        """Kill every process, even during an invocation."""
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

    def invoke(self, payload: bytes) -> InvocationResult:
        process = self.start()
        if process is None:
            return InvocationResult.failure("Sandbox.Closed", "the pipeline is stopping")
        return process.invoke(payload)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._process:
                self._process.kill()
