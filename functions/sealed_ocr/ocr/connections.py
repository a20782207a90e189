"""HTTP connections with an absolute deadline for the response and a limit for idle time, which urllib3 lacks."""

from __future__ import annotations

import functools
import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any, cast

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse

# A function that was frozen resumes with dead sockets, and a POST that fails on one may have been read and billed.
IDLE_SECONDS = 4.0

Clock = Callable[[], float]
# Both are used: the monotonic clock may stop while a function is frozen, and the wall clock may be set.
CLOCKS: tuple[Clock, ...] = (time.time, time.monotonic)


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


class HttpConnection(HTTPConnection):
    """A connection over plain HTTP, for loopback; and what it shares with HTTPS."""

    def __init__(self, *args: Any, clocks: tuple[Clock, ...] = CLOCKS, **kwargs: Any) -> None:
        """Take the arguments of urllib3, and ``clocks`` that measure the idle time."""
        super().__init__(*args, **kwargs)
        self._clocks = clocks
        self._note_use()

    @property
    def is_connected(self) -> bool:
        """Whether it may carry another request: it is open, and no clock says that it was idle for ``IDLE_SECONDS``."""
        idle = max(abs(clock() - used) for clock, used in zip(self._clocks, self._last_used, strict=True))
        return idle < IDLE_SECONDS and super().is_connected

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3's own does
        """Read the head of the response. urllib3 has put the remaining seconds into ``timeout``."""
        deadline = time.monotonic() + (self.timeout or 0.0)
        self.response_class = cast(Any, functools.partial(_response, deadline=deadline))
        try:
            return super().getresponse()
        finally:
            self._note_use()

    def _note_use(self) -> None:
        self._last_used = tuple(clock() for clock in self._clocks)


class HttpsConnection(HttpConnection, HTTPSConnection):
    """The same over TLS."""

    def send(self, data: Any) -> None:
        """Send ``data``. A closed connection raises what it raises without TLS, so urllib3 still reads the response."""
        try:
            super().send(data)
        except ssl.SSLEOFError:
            raise BrokenPipeError from None
