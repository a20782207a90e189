"""Connections that know what urllib3's don't: an absolute deadline for the answer, and how long they have idled."""

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

# A function that was frozen wakes up with dead sockets, and a POST that dies on one may have been read and billed.
IDLE_SECONDS = 4.0

Clock = Callable[[], float]
# Both are asked: the monotonic one may stand still while a function is frozen, the other may be set.
CLOCKS: tuple[Clock, ...] = (time.time, time.monotonic)


class Overdue(TimeoutError):
    """The answer was still coming when its time was up."""


class _DeadlineReader(io.RawIOBase):
    """A socket's bytes until a deadline: a plain socket time-out starts again with every byte that drips in."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline
        # Holds the socket open until the answer is read, as http.client expects of its file.
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]  # RawIOBase says Any buffer
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise Overdue
        self._sock.settimeout(remaining)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _DeadlineSocket:
    """All that http.client wants of a socket to read an answer from it."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._reader = _DeadlineReader(sock, deadline)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._reader)


def _answer(sock: socket.socket, *arguments: Any, deadline: float, **options: Any) -> http.client.HTTPResponse:
    return http.client.HTTPResponse(cast(socket.socket, _DeadlineSocket(sock, deadline)), *arguments, **options)


class HttpConnection(HTTPConnection):
    """A connection for loopback, and the behaviour that both kinds share."""

    def __init__(self, *args: Any, clocks: tuple[Clock, ...] = CLOCKS, **kwargs: Any) -> None:
        """Take urllib3's own arguments, and the clocks that tell for how long it has idled."""
        super().__init__(*args, **kwargs)
        self._clocks = clocks
        self._note_use()

    @property
    def is_connected(self) -> bool:
        """Whether it may carry another request: open, and not idle for ``IDLE_SECONDS`` by any clock."""
        idle = max(abs(clock() - used) for clock, used in zip(self._clocks, self._last_used, strict=True))
        return idle < IDLE_SECONDS and super().is_connected

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3's own does
        """Read the answer's head; urllib3 has put the seconds that are left into ``timeout``."""
        deadline = time.monotonic() + (self.timeout or 0.0)
        self.response_class = cast(Any, functools.partial(_answer, deadline=deadline))
        try:
            return super().getresponse()
        finally:
            self._note_use()

    def _note_use(self) -> None:
        self._last_used = tuple(clock() for clock in self._clocks)


class HttpsConnection(HttpConnection, HTTPSConnection):
    """The same over TLS."""

    def send(self, data: Any) -> None:
        """Send ``data``; the service's hanging up looks as it does without TLS, where urllib3 then reads the answer."""
        try:
            super().send(data)
        except ssl.SSLEOFError:
            raise BrokenPipeError from None
