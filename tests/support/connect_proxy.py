"""The behaviour of an HTTP proxy that opens tunnels (CONNECT), for a `RawServer`."""

import contextlib
import socket
import threading

from tests.support.polling import PATIENCE

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


class ConnectProxy:
    """Opens a tunnel for each connection. `heads` holds the requests for tunnels, `passed` what went through them."""

    def __init__(self, answer=ESTABLISHED) -> None:
        self._answer = answer
        self._lock = threading.Lock()
        self.heads: list[str] = []
        self.passed = b""

    def __call__(self, peer, _) -> None:
        head = peer.head()
        self.heads.append(head)
        method, target, _ = head.split(" ", 2)
        assert method == "CONNECT"
        if self._answer != ESTABLISHED:
            peer.send(self._answer)
            return
        host, _, port = target.rpartition(":")
        with socket.create_connection((host, int(port)), PATIENCE) as server:
            server.settimeout(None)
            peer.send(self._answer)
            back = threading.Thread(target=self._pass_on, args=(server, peer.connection), daemon=True)
            back.start()
            self._pass_on(peer.connection, server)
            back.join(PATIENCE)

    def _pass_on(self, source, target) -> None:
        with contextlib.suppress(OSError):
            while received := source.recv(65536):
                with self._lock:
                    self.passed += received
                target.sendall(received)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)
