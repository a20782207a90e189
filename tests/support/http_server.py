"""HTTP servers within tests."""

from __future__ import annotations

import sys

import workstation.http_server


class HttpServer(workstation.http_server.HttpServer):
    """A server that ignores clients that disconnect. Any other error in a handler fails the test."""

    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Raise the error again unless the client disconnected. pytest reports errors in threads."""
        if not isinstance(sys.exception(), OSError):
            raise
