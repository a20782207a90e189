"""A small HTTP proxy before the emulated AWS that lets one operation fail: refused, cut off, or never answered."""

from __future__ import annotations

import http.client
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Literal, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from types import TracebackType

How = Literal["refused", "not-written", "written-unanswered", "hanging"]
HANGS_SECONDS = 40


@dataclass
class _Fault:
    operation: str
    how: How
    times: int
    after: int


class FaultyAws:
    """Stands before ``upstream``; passes everything on as long as no fault is set."""

    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream).netloc
        self.requests: list[str] = []
        self._faults: list[_Fault] = []
        self._lock = threading.Lock()
        self.stopping = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.faulty = self
        self.url = "http://{}:{}".format(*self._server.server_address[:2])

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def fail(self, operation: str, how: How, times: int = 99, *, after: int = 0) -> None:
        """Let ``operation`` (``UpdateItem``, ``GenerateMac``, …) fail ``times`` times, after ``after`` that succeed."""
        with self._lock:
            self._faults.append(_Fault(operation, how, times, after))

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()
            self.requests.clear()

    def take(self, operation: str) -> How | None:
        with self._lock:
            self.requests.append(operation)
            for fault in self._faults:
                if fault.operation == operation and fault.times:
                    if fault.after:
                        fault.after -= 1
                        return None
                    fault.times -= 1
                    return fault.how
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    faulty: FaultyAws


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        faulty = self.server.faulty
        match faulty.take(self.headers.get("X-Amz-Target", "").rpartition(".")[2]):
            case "refused":
                return self._answer(500, b'{"__type": "InternalServerError", "message": "on demand"}')
            case "not-written":
                return self._cut_off()
            case "written-unanswered":
                self._pass_on(body)
                return self._cut_off()
            case "hanging":
                faulty.stopping.wait(HANGS_SECONDS)
                return self._cut_off()
        return self._answer(*self._pass_on(body))

    def _pass_on(self, body: bytes) -> tuple[int, bytes]:
        upstream = http.client.HTTPConnection(self.server.faulty.upstream, timeout=30)
        try:
            upstream.request("POST", self.path, body, dict(self.headers.items()))
            response = upstream.getresponse()
            return response.status, response.read()
        finally:
            upstream.close()

    def _cut_off(self) -> None:
        self.close_connection = True

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the overridden parameter
        """Say nothing."""
