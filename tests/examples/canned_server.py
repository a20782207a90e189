"""An HTTP server that returns given responses in order and records the requests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.support.http_server import HttpServer


@dataclass(frozen=True)
class CannedResponse:
    """A response. Status 0 closes the connection without a response."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordedRequest:
    """A request as the server received it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@contextmanager
def canned_server(*responses: CannedResponse) -> Iterator[tuple[str, list[RecordedRequest]]]:
    """Yield the server's URL and the list of requests so far. Further requests are answered with status 599."""
    requests: list[RecordedRequest] = []
    remaining = list(responses)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            requests.append(RecordedRequest(self.command, self.path, dict(self.headers.items()), body))
            canned = remaining.pop(0) if remaining else CannedResponse(599)
            if not canned.status:
                return
            self.send_response(canned.status)
            for name, value in canned.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(canned.body)))
            self.end_headers()
            self.wfile.write(canned.body)

        def log_message(self, *_: object) -> None:
            """Print nothing."""

    server = HttpServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", requests
    finally:
        server.shutdown()
        server.server_close()
