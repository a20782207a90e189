"""A TCP server for responses that no HTTP server would send."""

import contextlib
import socket
import ssl
import struct
import threading

from tests.support.polling import PATIENCE


class Stopped(Exception):
    """The test is over."""


class RawServer:
    """Call `behave(connection, number)` for each connection on its own thread. Numbers begin at 1.

    `url` is its address. `errors` holds the exceptions of `behave`, apart from disconnecting clients.
    """

    def __init__(self, behave, tls=None) -> None:
        self._behave = behave
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        # Connections inherit this size, so little unread data is buffered.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.connections = 0
        self.errors: list[Exception] = []
        self.stopped = threading.Event()
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self):
        self._threads[0].start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        # Closing alone does not interrupt a waiting accept().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)
        assert not self.errors, self.errors

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection, self.connections), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection, number) -> None:
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                self._behave(Peer(connection, self.stopped), number)
        except (OSError, ssl.SSLError, Stopped):
            return  # the client disconnected, which is allowed
        except Exception as error:  # noqa: BLE001 - shown at the end of the test
            self.errors.append(error)


class Peer:
    """The server's end of one connection."""

    def __init__(self, connection, stopped) -> None:
        self.connection = connection
        self._stopped = stopped
        self._buffer = bytearray()

    def head(self):
        """Read a request's head and return it; raise Stopped when the client is done."""
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            self._receive()
        head = self._buffer[:end].decode("latin-1")
        del self._buffer[: end + 4]
        return head

    def body(self, size):
        """Read `size` bytes of a request's body."""
        while len(self._buffer) < size:
            self._receive()
        body = bytes(self._buffer[:size])
        del self._buffer[:size]
        return body

    def request(self):
        """Read a whole request and return its head and its body."""
        head = self.head()
        length = [line.split(":")[1] for line in head.split("\r\n") if line.lower().startswith("content-length:")]
        return head, self.body(int(length[0]) if length else 0)

    def send(self, content) -> None:
        self.connection.sendall(content)

    def drip(self, content, interval) -> None:
        """Send a byte at a time until the client goes away or the test is over."""
        for byte in content:
            self.connection.sendall(bytes([byte]))
            self.wait(interval)

    def wait(self, seconds) -> None:
        if self._stopped.wait(seconds):
            raise Stopped

    def wait_until_stopped(self) -> None:
        """Wait until the test is over, without reading."""
        self._stopped.wait(PATIENCE)

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Not the TLS socket's own close(), which would send a close notification first.
        socket.socket.close(self.connection)

    def _receive(self) -> None:
        received = self.connection.recv(65536)
        if not received:
            raise Stopped
        self._buffer += received


def http_response(body=b"{}", status="200 OK", version="HTTP/1.1", headers=(), length=None):
    """Return an HTTP response with the right Content-Length, another `length`, or none for `length=False`."""
    lines = [f"{version} {status}", *headers]
    if length is not False:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*lines, "", ""]).encode() + body
