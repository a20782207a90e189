"""The Lambda Runtime API over HTTP."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Protocol

from workstation.http_server import HttpHandler, HttpServer

if TYPE_CHECKING:
    from local.lambda_runtime.invocation import Invocation

_PREFIX = "/2018-06-01/runtime/"


class RuntimeBackend(Protocol):
    """What the server calls for each request. ``RuntimeApi`` implements it."""

    def next_event(self) -> Invocation | None:
        """Wait for the next event; None means that there will be no more."""
        ...

    def record_response(self, request_id: str, body: bytes) -> bool:
        """Record the handler's response; False means that no invocation waits for it."""
        ...

    def record_error(self, request_id: str, body: bytes, error_type: str | None) -> bool:
        """Record the handler's error; False means that no invocation waits for it."""
        ...

    def record_init_error(self, body: bytes, error_type: str | None) -> None:
        """Record an error that the process reports before its first event."""
        ...


class RuntimeServer(HttpServer):
    """A server for one process."""

    def __init__(self, backend: RuntimeBackend) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.backend = backend


class _Handler(HttpHandler, BaseHTTPRequestHandler):
    server: RuntimeServer

    def do_GET(self) -> None:
        if self.path != f"{_PREFIX}invocation/next":
            return self.respond(404)
        invocation = self.server.backend.next_event()
        if invocation is None:
            self.close_connection = True
            return None
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(invocation.deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
            "Lambda-Runtime-Trace-Id": invocation.trace_header,
            "Content-Type": "application/json",
        }
        return self.respond(200, invocation.payload, headers)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:
            # The process was killed while it sent its response. Its exit is the result of the invocation.
            self.close_connection = True
            return
        backend, error_type = self.server.backend, self.headers.get("Lambda-Runtime-Function-Error-Type")
        match self.path.removeprefix(_PREFIX).split("/"):
            case ["init", "error"]:
                backend.record_init_error(body, error_type)
                self.respond(202)
            case ["invocation", request_id, "response"]:
                self.respond(202 if backend.record_response(request_id, body) else 400)
            case ["invocation", request_id, "error"]:
                self.respond(202 if backend.record_error(request_id, body, error_type) else 400)
            case _:
                self.respond(404)
