"""The Lambda Runtime API, as far as a function's process needs it.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. One server for each process, so that an answer can
never be taken for another process's.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PREFIX = "/2018-06-01/runtime/"


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
        self._server = _Server(self)
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


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, api: RuntimeApi) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.api = api

    def handle_error(self, request: object, client_address: object) -> None:
        """Pass over a process that was killed while it was being answered."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # typeshed names no public type


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body in one segment, sent at once: with Nagle's algorithm every invocation waits 40 ms twice.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        if self.path != f"{_PREFIX}invocation/next":
            return self._answer(404)
        invocation = self.server.api.next_event()
        if invocation is None:
            self.close_connection = True
            return None
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
            "Content-Type": "application/json",
        }
        return self._answer(200, invocation.payload, headers)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        error = Outcome(body, self.headers.get("Lambda-Runtime-Function-Error-Type") or _error_type(body))
        match self.path.removeprefix(_PREFIX).split("/"):
            case ["init", "error"]:
                self.server.api.fail_init(error)
                self._answer(202)
            case ["invocation", request_id, "response"]:
                self._answer(202 if self.server.api.settle(Outcome(body), request_id) else 400)
            case ["invocation", request_id, "error"]:
                self._answer(202 if self.server.api.settle(error, request_id) else 400)
            case _:
                self._answer(404)

    def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the overridden parameter
        """Say nothing: the function's own log is what is kept."""


def _error_type(body: bytes) -> str:
    try:
        return str(json.loads(body)["errorType"])
    except (ValueError, KeyError, TypeError):
        return "Unknown"
