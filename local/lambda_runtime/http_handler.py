"""Base classes for small local HTTP servers and their request handlers."""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class HttpServer(ThreadingHTTPServer):
    """A server that does not wait for its requests to end when it is closed."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore a connection that its client closed, or whose client was killed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # typeshed names no public type


class HttpHandler(BaseHTTPRequestHandler):
    """A request handler that keeps connections open, sends each response at once, and writes no log."""

    protocol_version = "HTTP/1.1"
    # One segment for head and body, sent at once. Nagle's algorithm would delay every invocation by 2 × 40 ms.
    disable_nagle_algorithm = True
    wbufsize = -1

    def respond(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        """Send a complete response with its length."""
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the overridden parameter
        """Write nothing."""
