"""The state behind the Lambda Runtime API of one function process.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

Each process has its own server, so that one process can never receive a response meant for another.
"""

from __future__ import annotations

import json
import queue
import threading
from typing import TYPE_CHECKING

from local.lambda_runtime.invocation import InvocationResult
from local.lambda_runtime.runtime_server import RuntimeServer

if TYPE_CHECKING:
    from local.lambda_runtime.invocation import Invocation


class RuntimeApi:
    """Gives invocations to one process and records its responses.

    Attributes
    ----------
    initialised : threading.Event
        Set when the process asks for its first event, or when its initialisation fails.
    init_failure : InvocationResult or None
        Why the initialisation failed.
    """

    def __init__(self) -> None:
        self.initialised = threading.Event()
        self.init_failure: InvocationResult | None = None
        self._events: queue.SimpleQueue[Invocation | None] = queue.SimpleQueue()
        self._current: Invocation | None = None
        self._lock = threading.Lock()
        self._server = RuntimeServer(self)
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()

    @property
    def address(self) -> str:
        """The value of AWS_LAMBDA_RUNTIME_API."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def submit(self, invocation: Invocation) -> None:
        """Give the process its next event. Only one invocation may be in progress."""
        with self._lock:
            self._current = invocation
        self._events.put(invocation)

    def next_event(self) -> Invocation | None:
        """Wait for the next event. Return None when the process is being stopped."""
        self.initialised.set()
        return self._events.get()

    def record_response(self, request_id: str, body: bytes) -> bool:
        """Record the handler's response. Return False when no invocation waits for it."""
        return self.complete(InvocationResult(body), request_id)

    def record_error(self, request_id: str, body: bytes, error_type: str | None) -> bool:
        """Record the handler's error. Return False when no invocation waits for it."""
        return self.complete(InvocationResult(body, error_type or _error_type(body)), request_id)

    def record_init_error(self, body: bytes, error_type: str | None) -> None:
        """Record an error that the process reports before its first event."""
        self.fail_init(InvocationResult(body, error_type or _error_type(body)))

    def complete(self, result: InvocationResult, request_id: str | None = None) -> bool:
        """Complete the current invocation. Return False when there is none, or its id is not ``request_id``."""
        with self._lock:
            current = self._current
            if current is None or (request_id is not None and request_id != current.request_id):
                return False
            self._current = None
        current.result.set_result(result)
        return True

    def fail_init(self, result: InvocationResult) -> None:
        """Record that the process failed before its first event. Later calls have no effect."""
        if not self.initialised.is_set():
            self.init_failure = result
            self.initialised.set()

    def close(self) -> None:
        """Stop serving."""
        self._events.put(None)
        self._server.shutdown()
        self._server.server_close()


def _error_type(body: bytes) -> str:
    try:
        return str(json.loads(body)["errorType"])
    except (ValueError, KeyError, TypeError):
        return "Unknown"
