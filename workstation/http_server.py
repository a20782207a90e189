"""Base classes for small HTTP servers on this machine and their request handlers."""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from workstation.loopback import refusal, require_loopback

_MAX_DRAINED_BYTES = 64 * 1024


class HttpServer(ThreadingHTTPServer):
    """A server on a loopback address that does not wait for its requests to end when it is closed."""

    daemon_threads = True
    block_on_close = False

    def server_bind(self) -> None:
        """Bind the address, which must be a loopback address."""
        require_loopback(str(self.server_address[0]))
        super().server_bind()

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore a connection that its client closed, or whose client was killed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # typeshed names no public type


class HttpHandler(BaseHTTPRequestHandler):
    """A request handler that refuses foreign pages, keeps connections open, sends responses at once and logs nothing.

    See ``workstation.loopback`` for what is refused.

    Attributes
    ----------
    serves_page : bool
        Whether the server has a page of its own, whose requests are answered too.
    """

    serves_page = False
    protocol_version = "HTTP/1.1"
    # One segment for head and body, sent at once. Nagle's algorithm would delay every invocation by 2 × 40 ms.
    disable_nagle_algorithm = True
    wbufsize = -1

    def parse_request(self) -> bool:
        """Read the head of a request. Return False if a response was sent instead of calling a ``do_…`` method."""
        if not super().parse_request():
            return False
        reason = refusal(self.headers, serves_page=self.serves_page)
        if reason is None:
            return True
        # An unread body would reset the connection, perhaps before the client has read the response.
        length = self.headers.get("Content-Length", "0")
        if length.isdigit():
            self.rfile.read(min(int(length), _MAX_DRAINED_BYTES))
        self.respond(403, f"{reason}\n".encode(), {"Content-Type": "text/plain; charset=utf-8", "Connection": "close"})
        return False

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
