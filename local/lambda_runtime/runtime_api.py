"""The Lambda Runtime API, as far as a function's process needs it.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. One server for each process, so that an answer can
never be taken for another process's.
"""

from __future__ import annotations

import json
import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field

from local.lambda_runtime.runtime_server import RuntimeServer


@dataclass(frozen=True)
class Outcome:
    """How an invocation ended: the handler's answer, or the error document with its type."""

    payload: bytes
    error_type: str | None = None

    @classmethod
    def failure(cls, error_type: str, message: str) -> Outcome:
        """Return the outcome that Lambda itself reports when the process cannot."""
        return cls(json.dumps({"errorType": error_type, "errorMessage": message}).encode(), error_type)


@dataclass(frozen=True)
class Invocation:
    """One event on its way through a process; ``deadline_ms`` is in milliseconds since the epoch."""

    request_id: str
    payload: bytes
    function_arn: str
    deadline_ms: int
    outcome: Future[Outcome] = field(default_factory=Future)


class RuntimeApi:
    """Hands invocations to one process, and takes its answers.

    ``initialised`` is set when the process asks for its first event, or has failed to get there: ``init_failure`` then
    says how.
    """

    def __init__(self) -> None:
        self.initialised = threading.Event()
        self.init_failure: Outcome | None = None
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
        """Give the process its next event. One at a time."""
        with self._lock:
            self._current = invocation
        self._events.put(invocation)

    def next_event(self) -> Invocation | None:
        """Wait for the next event; None when there will be no more."""
        self.initialised.set()
        return self._events.get()

    def answered(self, request_id: str, body: bytes) -> bool:
        """Take the handler's answer; False when nobody waits for it."""
        return self.settle(Outcome(body), request_id)

    def failed(self, request_id: str, body: bytes, error_type: str | None) -> bool:
        """Take the handler's error; False when nobody waits for it."""
        return self.settle(Outcome(body, error_type or _error_type(body)), request_id)

    def init_failed(self, body: bytes, error_type: str | None) -> None:
        """Take the error that kept the process from its first event."""
        self.fail_init(Outcome(body, error_type or _error_type(body)))

    def settle(self, outcome: Outcome, request_id: str | None = None) -> bool:
        """End the current invocation; False when there is none, or it is not the one that is named."""
        with self._lock:
            current = self._current
            if current is None or (request_id is not None and request_id != current.request_id):
                return False
            self._current = None
        current.outcome.set_result(outcome)
        return True

    def fail_init(self, outcome: Outcome) -> None:
        """Note that the process failed before its first event; later reports of it change nothing."""
        if not self.initialised.is_set():
            self.init_failure = outcome
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
