"""A connection is opened or given up within its limit, however many addresses and however slow the resolver."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from sealed_ocr.network.connecting import connect
from sealed_ocr.network.connection import PooledConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from tests.support.polling import PATIENCE

LIMIT = 0.4


def address(of: socket.socket) -> tuple[Any, ...]:
    return (socket.AF_INET, socket.SOCK_STREAM, 0, "", of.getsockname())


@pytest.fixture
def silent() -> Iterator[tuple[Any, ...]]:
    """An address that answers no connection: its queue is full."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        while True:
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
            if not select.select([], [filler], [], 0.1)[1]:
                break
        yield address(listener)


@pytest.fixture
def listening() -> Iterator[tuple[Any, ...]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield address(listener)


def test_several_addresses_that_do_not_answer_share_the_limit(silent: tuple[Any, ...]) -> None:
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        connect("host", 1, LIMIT, resolve=lambda *_: [silent] * 1000)
    assert LIMIT <= time.monotonic() - began < PATIENCE


def test_an_address_that_does_not_answer_leaves_time_for_the_next(
    silent: tuple[Any, ...], listening: tuple[Any, ...]
) -> None:
    with connect("host", 1, 2.0, resolve=lambda *_: [silent, listening]) as opened:
        assert opened.getpeername() == listening[-1]
        assert 0 < (opened.gettimeout() or 0) <= 1.0


def test_a_slow_resolver_shares_the_limit(listening: tuple[Any, ...]) -> None:
    release = threading.Event()

    def resolve(*_: object) -> list[Any]:
        release.wait(PATIENCE)
        return [listening]

    with pytest.raises(TimeoutError):
        connect("host", 1, LIMIT, resolve=resolve)
    assert not release.is_set()
    release.set()


def test_an_address_that_refuses_is_skipped(listening: tuple[Any, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        refusing = address(closed)
    with connect("host", 1, PATIENCE, resolve=lambda *_: [refusing, listening]) as opened:
        assert opened.getpeername() == listening[-1]
    with pytest.raises(ConnectionRefusedError):
        connect("host", 1, PATIENCE, resolve=lambda *_: [listening[:4] + refusing[4:]])
    with pytest.raises(TimeoutError):
        connect("host", 1, PATIENCE, resolve=lambda *_: [])


def test_an_unknown_name_is_the_resolver_s_error() -> None:
    with pytest.raises(socket.gaierror):
        connect("nobody.invalid", 1, PATIENCE)


def test_options_are_set_before_the_connection_opens(listening: tuple[Any, ...]) -> None:
    options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    with connect("host", 1, PATIENCE, options, resolve=lambda *_: [listening]) as opened:
        assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_the_pooled_connection_is_opened_within_its_time_out(
    silent: tuple[Any, ...], listening: tuple[Any, ...]
) -> None:
    with pytest.raises(ConnectTimeoutError, match="within the time-out"):
        PooledConnection(*silent[-1], timeout=LIMIT).connect()
    with pytest.raises(NewConnectionError):
        PooledConnection("nobody.invalid", 1, timeout=PATIENCE).connect()
    connection = PooledConnection(*listening[-1], timeout=PATIENCE)
    connection.connect()
    assert connection.is_connected
    connection.close()
