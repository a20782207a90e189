"""HTTP connections with an absolute deadline for the response, which urllib3 lacks."""

from __future__ import annotations

import functools
import http.client
import io
import socket
import ssl
import time
from typing import Any, cast

from urllib3.connection import HTTPSConnection
from urllib3.response import HTTPResponse

from sealed_ocr.network.connection import PooledConnection


class DeadlineExceeded(TimeoutError):
    """The response was incomplete at its deadline."""


class _DeadlineReader(io.RawIOBase):
    """The bytes of a socket until a deadline. A plain socket time-out starts again with every byte that arrives."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline
        # Keeps the socket open until the response is read, as http.client expects of its file.
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]  # RawIOBase says Any buffer
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise DeadlineExceeded
        self._sock.settimeout(remaining)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _DeadlineSocket:
    """The part of a socket that http.client uses to read a response."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._reader = _DeadlineReader(sock, deadline)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._reader)


def _response(sock: socket.socket, *arguments: Any, deadline: float, **options: Any) -> http.client.HTTPResponse:
    return http.client.HTTPResponse(cast(socket.socket, _DeadlineSocket(sock, deadline)), *arguments, **options)


class HttpConnection(PooledConnection):
    """A connection over plain HTTP, for loopback; and what it shares with HTTPS."""

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3's own does
        """Read the head of the response. urllib3 has put the remaining seconds into ``timeout``."""
        deadline = time.monotonic() + (self.timeout or 0.0)
        self.response_class = cast(Any, functools.partial(_response, deadline=deadline))
        try:
            return super().getresponse()
        finally:
            # A proxy's answer to CONNECT is not part of the exchange.
            del self.response_class


class HttpsConnection(HttpConnection, HTTPSConnection):
    """The same over TLS."""

    def send(self, data: Any) -> None:
        """Send ``data``. A closed connection raises what it raises without TLS, so urllib3 still reads the response."""
        try:
            super().send(data)
        except ssl.SSLEOFError:
            raise BrokenPipeError from None
