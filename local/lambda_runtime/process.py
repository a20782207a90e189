"""One process of a function: initialisation, one invocation after another, and its end."""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from local.lambda_runtime.invocation import Invocation, InvocationResult
from local.lambda_runtime.runtime_api import RuntimeApi
from local.processes.child import Child

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_INIT_SECONDS = 60
"""Lambda allows 10 seconds. A busy machine that starts everything at once needs more, and no test checks the limit."""

PORTABLE_CLIENT = Path(__file__).with_name("portable")
"""The folder of a client of the Runtime API that runs on every system. awslambdaric's own is built on Linux only."""


def _runtime_client() -> tuple[Path, ...]:
    return () if find_spec("runtime_client") else (PORTABLE_CLIENT,)


@dataclass(frozen=True)
class FunctionConfiguration:
    """A function's configuration in the template and the folder of its code.

    ``timeout`` is in seconds. ``libraries`` are folders from which the function imports, besides those of this
    interpreter.
    """

    name: str
    arn: str
    handler: str
    timeout: float
    environment: Mapping[str, str]
    task_root: Path
    libraries: Sequence[Path] = field(default_factory=_runtime_client)


class FunctionProcess:
    """A process that runs the function under ``awslambdaric``."""

    def __init__(self, configuration: FunctionConfiguration, log: Path) -> None:
        self._configuration = configuration
        self._api = RuntimeApi()
        self._child = Child(
            ["awslambdaric", configuration.handler],
            environment={**configuration.environment, "AWS_LAMBDA_RUNTIME_API": self._api.address},
            path=[configuration.task_root, *configuration.libraries],
            log=log,
        )
        self.alive = True
        self._exit_code: int | None = None
        threading.Thread(target=self._watch, daemon=True).start()

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._child.pid

    def invoke(self, payload: bytes, request_id: str = "") -> InvocationResult:
        """Invoke the handler with this event and return the result.

        Only one invocation may run at a time. The process may be dead afterwards. Without a ``request_id``, the
        invocation gets a new one; Lambda repeats an asynchronous invocation under the same.
        """
        if not self._api.initialised.wait(_INIT_SECONDS):
            self.kill()
            return InvocationResult.failure("Sandbox.Timedout", f"Init did not end within {_INIT_SECONDS} seconds")
        if self._api.init_failure:
            self.kill()
            return self._api.init_failure
        timeout = self._configuration.timeout
        invocation = Invocation(
            request_id=request_id or str(uuid.uuid4()),
            payload=payload,
            function_arn=self._configuration.arn,
            deadline_ms=int((time.time() + timeout) * 1000),
        )
        self._api.submit(invocation)
        if not self.alive:
            self._fail_exited()
        try:
            return invocation.result.result(timeout)
        except TimeoutError:
            self.kill()
            message = f"{invocation.request_id} Task timed out after {timeout:.2f} seconds"
            return InvocationResult.failure("Sandbox.Timedout", message)

    def kill(self) -> None:
        """Kill the process and release its resources."""
        self.alive = False
        self._child.kill()
        self._api.close()

    def _watch(self) -> None:
        self._exit_code = self._child.wait()
        self.alive = False
        self._fail_exited()

    def _fail_exited(self) -> None:
        result = InvocationResult.failure("Runtime.ExitError", f"Runtime exited: {self._exit_code}")
        self._api.fail_init(result)
        self._api.complete(result)
