"""A TCP relay that forgets connections, as firewalls and NAT gateways do."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import Self
from urllib.parse import urlsplit

from tests.support.polling import PATIENCE

_BYTES = 65536


class Relay:
    """Passes bytes on to a server, within a ``with`` block.

    After ``forget``, the connections that exist stay silent, and answer the next byte of their client with a reset.
    """

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self._upstream = str(parts.hostname), int(parts.port or 0)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._lock = threading.Lock()
        self._open: set[_Link] = set()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.connections = 0
        self.resets = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for link in self._open:
                link.close()

    def forget(self) -> int:
        """Forget all connections; return how many were open."""
        with self._lock:
            for link in self._open:
                link.forgotten = True
            return len(self._open)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            link = _Link(client, socket.create_connection(self._upstream, PATIENCE))
            with self._lock:
                self.connections += 1
                self._open.add(link)
            for pump in (self._requests, self._responses):
                threading.Thread(target=pump, args=(link,), daemon=True).start()

    def _requests(self, link: _Link) -> None:
        with contextlib.suppress(OSError):
            while received := link.client.recv(_BYTES):
                if link.forgotten:
                    link.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    with self._lock:
                        self.resets += 1
                    break
                link.server.sendall(received)
        self._end(link)

    def _responses(self, link: _Link) -> None:
        with contextlib.suppress(OSError):
            while received := link.server.recv(_BYTES):
                link.client.sendall(received)
        # A firewall that has forgotten a connection passes nothing on, not even its end.
        if not link.forgotten:
            self._end(link)

    def _end(self, link: _Link) -> None:
        with self._lock:
            self._open.discard(link)
        link.close()


class _Link:
    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        for each in (client, server):
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server.settimeout(None)
        self.client = client
        self.server = server
        self.forgotten = False

    def close(self) -> None:
        # With SO_LINGER set, this resets the connection of the client.
        self.client.close()
        with contextlib.suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
