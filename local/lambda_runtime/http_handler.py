"""HTTP as the small servers of one machine speak it: connections are kept, and an answer goes out at once."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler


class Answering(BaseHTTPRequestHandler):
    """A handler without a log."""

    protocol_version = "HTTP/1.1"
    # Head and body in one segment, sent at once: with Nagle's algorithm every invocation waits 40 ms twice.
    disable_nagle_algorithm = True
    wbufsize = -1

    def answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        """Send a whole answer, with its length."""
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the overridden parameter
        """Say nothing."""
