"""An HTTP proxy that records every call and injects faults.

It runs in front of the emulated AWS or the emulated OCR service. So the network or the service fails, and no code
of the project is patched.
"""

from __future__ import annotations

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler
from typing import Any, Self
from urllib.parse import urlsplit

from tests.support.calls import Call, Fault, FaultAction
from tests.support.http_server import HttpServer
from tests.support.polling import PATIENCE
from workstation.http_server import HttpHandler

_OWN_HEADERS = {"connection", "transfer-encoding", "content-length", "date", "server"}


class Proxy:
    """A proxy that runs within a ``with`` block.

    Attributes
    ----------
    calls
        The recorded calls.
    """

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self.upstream = str(parts.hostname), int(parts.port or 0)
        self.calls: list[Call] = []
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def fault(self, operation: str, action: FaultAction, times: int | None = None, **more: Any) -> Fault:
        """Add a fault that applies from now on."""
        fault = Fault(operation, action, times, **more)
        with self._lock:
            self._faults.append(fault)
        return fault

    def reset(self) -> None:
        """Remove all faults and recorded calls."""
        with self._lock:
            self._faults.clear()
            self.calls = []

    def made(self, operation: str, resource: str = "") -> list[Call]:
        """Return the recorded calls of an operation, in order."""
        with self._lock:
            return [call for call in self.calls if call.operation == operation and resource in call.resource]

    @property
    def repeated_writes(self) -> int:
        """How many recorded writes to DynamoDB were repeats: their first answer was late or lost."""
        return sum(call.is_repeat for call in self.made("UpdateItem"))

    def take(self, call: Call) -> Fault | None:
        with self._lock:
            self.calls.append(call)
            for fault in self._faults:
                if fault.operation == call.operation and fault.times != 0 and fault.where(call):
                    fault.times = None if fault.times is None else fault.times - 1
                    return fault
        return None


class _Server(HttpServer):
    def __init__(self, proxy: Proxy) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.proxy = proxy


class _Handler(HttpHandler, BaseHTTPRequestHandler):
    server: _Server

    def _forward(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:
            # The client was killed while it sent its request.
            self.close_connection = True
            return None
        call = Call.of(self.command, self.path, self.headers, body)
        fault = self.server.proxy.take(call)
        if fault is not None:
            fault.first()
        action = fault.action if fault else "pass"
        if fault and action == "refuse":
            return self._refuse(fault)
        if fault and action == "answer":
            return self._answer(200, "application/json", fault.body)
        if action == "drop-request":
            self.close_connection = True
            return None
        upstream = http.client.HTTPConnection(*self.server.proxy.upstream, timeout=PATIENCE)
        try:
            upstream.request(self.command, self.path, body, dict(self.headers.items()))
            response = upstream.getresponse()
            content = response.read()
        except (http.client.HTTPException, OSError):
            action = "drop-response"
        finally:
            upstream.close()
        if action == "drop-response":
            self.close_connection = True
            return None
        return self._return_response(response, fault.change(content) if fault else content, cut=action == "cut")

    def do_GET(self) -> None:
        self._forward()

    def do_POST(self) -> None:
        self._forward()

    do_DELETE = do_HEAD = do_PUT = do_POST  # noqa: N815 - the names that the base class calls

    def _return_response(self, response: http.client.HTTPResponse, content: bytes, *, cut: bool) -> None:
        self.send_response(response.status)
        for name, value in response.getheaders():
            if name.lower() not in _OWN_HEADERS:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if cut else content)
        self.close_connection = self.close_connection or cut

    def _refuse(self, fault: Fault) -> None:
        is_s3 = "X-Amz-Target" not in self.headers
        body = f"<Error><Code>{fault.code}</Code></Error>" if is_s3 else json.dumps({"__type": fault.code})
        self._answer(fault.status, "application/xml" if is_s3 else "application/x-amz-json-1.1", body.encode())

    def _answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
