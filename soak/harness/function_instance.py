"""Function instances whose process can be killed at any moment."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from local.lambda_runtime.invocation import InvocationResult
from local.lambda_runtime.process import FunctionProcess

if TYPE_CHECKING:
    from local.lambda_runtime.process import FunctionConfiguration


class FunctionInstance:
    """A function instance. When its process has died, the next invocation starts another one.

    Responses are written to a file beside the ``log``.
    """

    def __init__(self, configuration: FunctionConfiguration, log: Path) -> None:
        self._configuration = configuration
        self._log = log
        self._answers = log.with_suffix(".answers.log")
        self._lock = threading.Lock()
        self._process: FunctionProcess | None = None
        self.busy = False

    def invoke(self, payload: bytes, request_id: str = "") -> InvocationResult:
        """Invoke the function and return the outcome. A dead process is replaced first.

        Without a ``request_id``, the invocation gets a new one.
        """
        process = self._running_process()
        self.busy = True
        try:
            outcome = process.invoke(payload, request_id)
        finally:
            self.busy = False
        with self._answers.open("ab") as sink:
            sink.write(outcome.payload + b"\n")
        return outcome

    def kill(self, signal_number: signal.Signals = signal.SIGKILL) -> bool:
        """Kill the process if it is handling an invocation; return whether it was."""
        with self._lock:
            if self._process is None or not self._process.alive or not self.busy:
                return False
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal_number)
            return True

    def peak_memory_kib(self) -> int:
        """Return the process's peak resident memory (Linux's VmHWM), in KiB."""
        status = Path(f"/proc/{self._running_process().pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))

    def close(self) -> None:
        """End the process."""
        with self._lock:
            if self._process is not None:
                self._process.kill()

    def _running_process(self) -> FunctionProcess:
        with self._lock:
            if self._process is not None and not self._process.alive:
                self._process.kill()
                self._process = None
            if self._process is None:
                self._process = FunctionProcess(self._configuration, self._log)
            return self._process
