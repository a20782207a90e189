"""An HTTP server that passes every request to one function, as a Function URL does."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

from local.lambda_runtime.function_url_event import HttpRequest, HttpResponse, http_response, url_event
from workstation.http_server import HttpHandler, HttpServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.lambda_runtime.invocation import InvocationResult
    from local.lambda_runtime.signature import SignatureCheck

    Invoke = Callable[[bytes], InvocationResult]

_MAX_REQUEST_BYTES = 6 * 1024 * 1024
"""Lambda's limit for a request."""


class FunctionUrlServer:
    """Serves a function on a free port of 127.0.0.1. The URL is known before ``serve`` is called."""

    def __init__(self) -> None:
        self._server = _Server(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """The address, with the trailing slash that a Function URL has."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}/"

    def serve(self, invoke: Invoke, check: SignatureCheck | None = None) -> None:
        """Start serving. Without a ``check``, unsigned requests are accepted, as with AuthType NONE."""
        self._server.invoke, self._server.check = invoke, check
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()

    def close(self) -> None:
        """Stop serving."""
        if hasattr(self._server, "invoke"):
            self._server.shutdown()
        self._server.server_close()


class _Server(HttpServer):
    invoke: Invoke
    check: SignatureCheck | None


class _Handler(HttpHandler):
    # The inherited log_message writes nothing: a request's path and body may hold personal data.
    server: _Server

    def _serve(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit():
            return self._send(HttpResponse(411, b"Length Required"), close=True)
        if int(length) > _MAX_REQUEST_BYTES:
            return self._send(HttpResponse(413, b"Request Too Long"), close=True)
        request = HttpRequest(
            self.command,
            self.path,
            self.headers.items(),
            self.rfile.read(int(length)),
            self.client_address[0],
            self.headers.get("Host", "127.0.0.1"),
        )
        if self.server.check and (refusal := self.server.check.refusal(request)):
            return self._send(refusal)
        return self._send(http_response(self.server.invoke(json.dumps(url_event(request)).encode())))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815 - http.server looks for these names

    def _send(self, response: HttpResponse, *, close: bool = False) -> None:
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
