"""A connection is reused unless it was closed, has unsolicited data or was idle for too long."""

import select
import socket
import threading
import time

import pytest
from sealed_ocr.ocr.errors import Transient
from sealed_ocr.ocr.transport import Transport

from tests.support.canary import assert_clean, exception_text
from tests.support.exchanges import SECRETS, post, respond_and_close, respond_with
from tests.support.polling import PATIENCE
from tests.support.raw_server import http_response


def wait_for_data_or_end(transport) -> None:
    """Wait until the idle connection has received data or its end."""
    assert select.select([transport._pool.pool.queue[-1].sock], [], [], PATIENCE)[0]


def test_one_connection_is_reused_for_several_requests(serve) -> None:
    server, transport = serve(respond_with(http_response(b"first"), http_response(b"second")))
    assert [post(transport).body for _ in range(4)] == [b"first", b"second"] * 2
    assert server.connections == 1


@pytest.mark.parametrize(
    "content",
    [
        http_response(b"told", headers=["Connection: close"]),
        http_response(b"told", version="HTTP/1.0"),
        http_response(b"told", version="HTTP/1.0", length=False),
        http_response(b"told", headers=["Connection: close"], length=False),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n4\r\ntold\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" + http_response(b"told", headers=["Connection: close"]),
    ],
    ids=["close", "1.0", "1.0 without length", "close without length", "chunked", "continue"],
)
def test_a_connection_that_the_response_closes_is_not_reused(serve, content) -> None:
    server, transport = serve(respond_and_close(content))
    for number in (1, 2):
        response = post(transport)
        assert (response.status, response.body, response.request_complete) == (200, b"told", True)
        assert server.connections == number


def test_a_connection_closed_while_idle_is_not_reused(serve) -> None:
    server, transport = serve(respond_and_close(http_response(b"told")))
    post(transport)
    # The response did not announce the end of the connection.
    wait_for_data_or_end(transport)
    assert post(transport).body == b"told"
    assert server.connections == 2


def test_unsolicited_data_is_not_read_as_the_next_response(serve) -> None:
    first_was_read = threading.Event()

    def behave(peer, _) -> None:
        peer.request()
        peer.send(http_response(b"asked for"))
        first_was_read.wait(PATIENCE)
        peer.send(http_response(b"not asked for"))
        peer.request()

    server, transport = serve(behave)
    assert post(transport).body == b"asked for"
    first_was_read.set()
    wait_for_data_or_end(transport)
    assert post(transport).body == b"asked for"
    assert server.connections == 2


@pytest.mark.parametrize("jumps", [(0, 0), (3.9, 3.9), (4, 0), (0, 4), (-4, 0), (3600, 0)])
def test_a_connection_idle_for_too_long_by_either_clock_is_dropped(serve, jumps) -> None:
    """A frozen function's monotonic clock may stand still, and its wall clock may be set back."""
    now = [1_000_000.0, 50.0]
    server, transport = serve(respond_with(http_response()), clocks=(lambda: now[0], lambda: now[1]))
    post(transport)
    now[:] = [now[0] + jumps[0], now[1] + jumps[1]]
    post(transport)
    assert server.connections == (1 if max(map(abs, jumps)) < 4 else 2)


def test_idle_time_counts_from_the_last_use(serve) -> None:
    now = [0.0]
    server, transport = serve(respond_with(http_response()), clocks=(lambda: now[0],))
    for _ in range(5):
        post(transport)
        now[0] += 3
    assert server.connections == 1


def test_idle_time_is_measured_by_the_system_s_clocks(serve) -> None:
    server, transport = serve(respond_with(http_response()))
    post(transport)
    connection = transport._pool.pool.queue[-1]
    connection._last_used = (time.time() - 5, time.monotonic())
    post(transport)
    connection = transport._pool.pool.queue[-1]
    connection._last_used = (time.time(), time.monotonic() - 5)
    post(transport)
    assert server.connections == 3


def test_a_refused_connection_is_transient() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Transient) as raised:
        post(Transport(f"http://127.0.0.1:{port}", 1))
    assert_clean(exception_text(raised.value), SECRETS)


def test_an_unknown_host_name_is_transient() -> None:
    with pytest.raises(Transient):
        post(Transport("http://nobody.invalid", 1))
