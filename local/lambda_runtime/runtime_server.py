"""The Lambda Runtime API over HTTP."""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from local.lambda_runtime.http_handler import Answering

if TYPE_CHECKING:
    from local.lambda_runtime.runtime_api import RuntimeApi

_PREFIX = "/2018-06-01/runtime/"


class RuntimeServer(ThreadingHTTPServer):
    """A server for one process."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, api: RuntimeApi) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.api = api

    def handle_error(self, request: object, client_address: object) -> None:
        """Pass over a process that was killed while it was being answered."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # typeshed names no public type


class _Handler(Answering, BaseHTTPRequestHandler):
    server: RuntimeServer

    def do_GET(self) -> None:
        if self.path != f"{_PREFIX}invocation/next":
            return self.answer(404)
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
        return self.answer(200, invocation.payload, headers)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:
            # The process was killed while it answered: its death is the outcome.
            self.close_connection = True
            return
        api, error_type = self.server.api, self.headers.get("Lambda-Runtime-Function-Error-Type")
        match self.path.removeprefix(_PREFIX).split("/"):
            case ["init", "error"]:
                api.init_failed(body, error_type)
                self.answer(202)
            case ["invocation", request_id, "response"]:
                self.answer(202 if api.answered(request_id, body) else 400)
            case ["invocation", request_id, "error"]:
                self.answer(202 if api.failed(request_id, body, error_type) else 400)
            case _:
                self.answer(404)
