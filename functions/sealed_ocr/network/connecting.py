"""Opens a connection within one limit, however many addresses a name has and however slow its resolver is.

urllib3 gives each address the whole limit, and waits for the resolver without any.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from urllib3.util.connection import allowed_gai_family

Resolve = Callable[..., list[Any]]


def connect(
    host: str,
    port: int,
    seconds: float,
    options: Sequence[tuple[int, int, int | bytes]] = (),
    resolve: Resolve = socket.getaddrinfo,
) -> socket.socket:
    """Return a connected socket, whose time-out is what is left of ``seconds``.

    Each address gets half of the time that is left, and the last one all of it: an address that does not answer leaves
    enough for the next. ``options`` are set with ``setsockopt``; ``resolve`` has the signature of ``getaddrinfo``.

    Raises
    ------
    OSError
        ``TimeoutError`` after ``seconds``, ``gaierror`` for a name without addresses, or that of the last address.
    """
    deadline = time.monotonic() + seconds
    addresses = _resolve(resolve, host, port, seconds)
    failure: OSError = TimeoutError("the name has no address")
    for number, (family, kind, protocol, _, address) in enumerate(addresses, 1):
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        opened = socket.socket(family, kind, protocol)
        try:
            for option in options:
                opened.setsockopt(*option)
            opened.settimeout(remaining if number == len(addresses) else remaining / 2)
            opened.connect(address)
            opened.settimeout(max(deadline - time.monotonic(), 0.001))
        except OSError as refused:
            opened.close()
            failure = refused
        else:
            return opened
    raise failure


def _resolve(resolve: Resolve, host: str, port: int, seconds: float) -> list[Any]:
    """Return the addresses. A lookup cannot be cancelled, so one that takes too long ends later, on its own thread."""
    answer: Future[list[Any]] = Future()

    def look_up() -> None:
        try:
            answer.set_result(resolve(host, port, allowed_gai_family(), socket.SOCK_STREAM))
        except Exception as failure:  # noqa: BLE001 - not swallowed: the future carries it
            answer.set_exception(failure)

    threading.Thread(target=look_up, name="resolver", daemon=True).start()
    return answer.result(seconds)
