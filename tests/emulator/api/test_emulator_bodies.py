"""Bodies that are too large, incomplete or endless. They are not paid."""

import json
import os
import re
import socket
from typing import Self

import pytest

from emulator.testing import Emulator
from tests.emulator.caller import Caller, encrypt, multipart
from tests.emulator.images import picture, specimen
from tests.support.polling import PATIENCE, until

LIMIT = 2_000_000  # of a plain image in the shared emulator
IMAGE = specimen("credit-card")


def padded(size: int) -> bytes:
    """Return a valid specimen of `size` bytes: decoders ignore bytes after the end of a PNG."""
    return IMAGE + os.urandom(size - len(IMAGE))


class Connection:
    """A socket for hand-written requests."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self.socket = socket.create_connection((caller.host, caller.port), timeout=PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send_head(self, operation: str, headers: dict[str, str]) -> None:
        lines = [f"POST {self._caller.path(operation)} HTTP/1.1", "Host: localhost"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())

    def is_dropped(self) -> bool:
        """Wait for the end of the connection and return whether there was no response."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def answer(self) -> bytes:
        received = b""
        while chunk := self.socket.recv(65536):
            received += chunk
            if b"}}" in received:
                break
        return received


def code_of(answer: bytes) -> int:
    head, body = answer.split(b"\r\n\r\n", 1)
    length = re.search(rb"Content-Length: ([0-9]+)", head)
    assert length is not None
    return json.loads(body[: int(length[1])])["header"]["resultCode"]


@pytest.fixture
def sealed(caller):
    return caller.sealed_image("credit-card", IMAGE)


@pytest.mark.parametrize(("size", "code"), [(LIMIT, 0), (LIMIT + 1, 4131000), (LIMIT + 100_000, 4131000)])
def test_the_size_limit_of_an_image(caller, emulator, size, code) -> None:
    assert caller.analyze("credit-card", padded(size))[0].code == code
    assert emulator.counters().paid.total == (code == 0)


def test_a_content_length_above_the_limit_is_refused_at_once(caller, sealed) -> None:
    with Connection(caller) as connection:
        connection.send_head("credit-card", sealed.headers | {"Content-Length": str(10**12)})
        assert code_of(connection.answer()) == 4131000


def test_a_chunked_body_is_refused_at_the_limit(caller, sealed) -> None:
    with Connection(caller) as connection:
        connection.send_head("credit-card", sealed.headers | {"Transfer-Encoding": "chunked"})
        start = sealed.body[:200]
        connection.socket.sendall(b"%x\r\n%s\r\n" % (len(start), start))
        for _ in range(LIMIT // 65536 + 3):
            connection.socket.sendall(b"10000\r\n" + bytes(65536) + b"\r\n")
        assert code_of(connection.answer()) == 4131000


def test_a_chunked_body_below_the_limit_is_read(caller, sealed) -> None:
    with Connection(caller) as connection:
        connection.send_head("credit-card", sealed.headers | {"Transfer-Encoding": "chunked"})
        for start in range(0, len(sealed.body), 1000):
            piece = sealed.body[start : start + 1000]
            connection.socket.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        connection.socket.sendall(b"0\r\n\r\n")
        assert code_of(connection.answer()) == 0


@pytest.mark.parametrize("half_close", [False, True])
def test_an_incomplete_body_is_not_processed(caller, emulator, sealed, half_close) -> None:
    with Connection(caller) as connection:
        connection.send_head("credit-card", sealed.headers | {"Content-Length": str(len(sealed.body))})
        connection.socket.sendall(sealed.body[:-1])
        if half_close:
            connection.socket.shutdown(socket.SHUT_WR)
            assert connection.is_dropped()
    until(lambda: emulator.counters().incomplete_bodies == 1)
    counts = emulator.counters()
    assert counts.calls["credit-card"] == 1
    assert "credit-card" not in counts.answers
    assert counts.paid.total == 0


def test_a_content_length_that_is_too_large_times_out() -> None:
    with Emulator(body_seconds=1) as emulator:
        caller = Caller(emulator)
        sealed = caller.sealed_image("credit-card", IMAGE)
        with Connection(caller) as connection:
            connection.send_head("credit-card", sealed.headers | {"Content-Length": str(len(sealed.body) + 1)})
            connection.socket.sendall(sealed.body)
            assert connection.is_dropped()
        counts = emulator.counters()
    assert (counts.incomplete_bodies, counts.paid.total) == (1, 0)


def test_a_content_length_that_is_too_small_truncates_the_body(caller, emulator, sealed) -> None:
    with Connection(caller) as connection:
        connection.send_head("credit-card", sealed.headers | {"Content-Length": str(len(sealed.body) - 20)})
        connection.socket.sendall(sealed.body)
        assert b'"isSuccessful":true' not in connection.answer()
    assert emulator.counters().paid.total == 0


def test_a_broken_chunk_is_an_incomplete_body(caller, emulator, sealed) -> None:
    with Connection(caller) as connection:
        connection.send_head("credit-card", sealed.headers | {"Transfer-Encoding": "chunked"})
        until(lambda: emulator.counters().calls.get("credit-card") == 1)
        connection.socket.sendall(b"5\r\nhello\r\nZZZ\r\n")
    until(lambda: emulator.counters().incomplete_bodies == 1)
    assert emulator.counters().paid.total == 0


def test_the_size_limit_of_a_claim(caller) -> None:
    sealed = caller.sealed_claim("key", {"idType": "resident"})
    sealed.body = b" " * 70_000
    assert caller.post("id-card/authenticity", sealed).code == 4131000


def test_an_unfinished_body_does_not_block_other_calls(caller, sealed) -> None:
    with Connection(caller) as hanging:
        hanging.send_head("credit-card", sealed.headers | {"Content-Length": "1000"})
        assert caller.analyze("credit-card", IMAGE)[0].code == 0


def test_a_refused_request_leaves_the_connection_usable(caller, sealed) -> None:
    sealed.body = multipart(encrypt(sealed.key, picture()))
    sealed.headers["X-Key-Version"] = "99"
    with Connection(caller) as connection:
        for _ in range(2):
            connection.send_head("credit-card", sealed.headers | {"Content-Length": str(len(sealed.body))})
            connection.socket.sendall(sealed.body)
            assert code_of(connection.answer()) == 4000301
