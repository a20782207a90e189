"""HTTP servers within tests."""

from __future__ import annotations

import sys
from http.server import ThreadingHTTPServer


class HttpServer(ThreadingHTTPServer):
    """A server that ignores clients that disconnect. Any other error in a handler fails the test."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Raise the error again unless the client disconnected. pytest reports errors in threads."""
        if not isinstance(sys.exception(), OSError):
            raise
