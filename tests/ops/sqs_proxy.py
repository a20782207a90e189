"""A proxy for SQS that answers some operations itself and forwards all others."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

import urllib3

from tests.support.http_server import HttpServer

Answer = Callable[[dict[str, Any]], dict[str, Any] | None]
"""Returns the answer to a request, or None to forward the request, which it may have changed.

An answer with ``__type`` is an error.
"""


@contextmanager
def sqs_proxy(target: str, answers: dict[str, Answer]) -> Iterator[str]:
    """Yield the URL of a proxy that answers the given operations, for example "SendMessageBatch"."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            operation = self.headers.get("X-Amz-Target", "").partition(".")[2]
            request = json.loads(body) if operation in answers else {}
            answer = answers[operation](request) if operation in answers else None
            if answer is None:
                forwarded = json.dumps(request).encode() if request else body
                kept = {name: value for name, value in self.headers.items() if name not in {"Content-Length", "Host"}}
                response = urllib3.request("POST", target + self.path, body=forwarded, headers=kept)
                self._reply(response.status, response.data)
            else:
                self._reply(400 if "__type" in answer else 200, json.dumps(answer).encode())

        def _reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HttpServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
