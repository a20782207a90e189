"""An HTTP server that hands every request to one function."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from local.lambda_runtime.function_url_event import Request, Response, http_response, url_event

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.lambda_runtime.runtime_api import Outcome

    Invoke = Callable[[bytes], Outcome]

_LARGEST = 6 * 1024 * 1024
"""Lambda's limit for a request, in bytes."""


class Front:
    """Serves a function on a free port of 127.0.0.1, from ``serve`` on; the URL is known before."""

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """The address, with the closing slash that a Function URL has."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}/"

    def serve(self, invoke: Invoke) -> None:
        """Begin to serve."""
        self._server.invoke = invoke
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        if hasattr(self._server, "invoke"):
            self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    invoke: Invoke


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def _serve(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit():
            return self._answer(Response(411, b"Length Required"), close=True)
        if int(length) > _LARGEST:
            return self._answer(Response(413, b"Request Too Long"), close=True)
        request = Request(
            self.command,
            self.path,
            self.headers.items(),
            self.rfile.read(int(length)),
            self.client_address[0],
            self.headers.get("Host", "127.0.0.1"),
        )
        return self._answer(http_response(self.server.invoke(json.dumps(url_event(request)).encode())))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815 - http.server looks for these names

    def _answer(self, response: Response, *, close: bool = False) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        for cookie in response.cookies:
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Length", str(len(response.body)))
        if close:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the overridden parameter
        """Say nothing: a request's path and body are the caller's own business."""
