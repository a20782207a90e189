"""The connection of urllib3 that both sides pool: it is opened within its time-out, and expires when it idles."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.response import HTTPResponse

from sealed_ocr.network.connecting import connect

# A function that was frozen resumes with dead sockets, and firewalls forget a connection without telling its ends. A
# POST that fails on one may have been read and billed, and a batch of calls to AWS draws more of them than it retries.
IDLE_SECONDS = 4.0

Clock = Callable[[], float]
# Both are used: the monotonic clock may stop while a function is frozen, and the wall clock may be set.
CLOCKS: tuple[Clock, ...] = (time.time, time.monotonic)


class PooledConnection(HTTPConnection):
    """A connection, or with ``HTTPSConnection`` as a second base one over TLS."""

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

    def _new_conn(self) -> socket.socket:
        """Open the connection as urllib3 does, but all within ``timeout`` seconds."""
        try:
            return connect(self._dns_host.strip("[]"), self.port or 0, self.timeout or 0.0, self.socket_options or ())
        except TimeoutError:
            raise ConnectTimeoutError(self, "no connection within the time-out") from None
        except OSError:
            raise NewConnectionError(self, "no connection") from None

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3's own does
        """Read the head of the response."""
        try:
            return super().getresponse()
        finally:
            self._note_use()

    def _note_use(self) -> None:
        self._last_used = tuple(clock() for clock in self._clocks)
