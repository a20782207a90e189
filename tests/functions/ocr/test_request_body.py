"""An interrupted request is proven unbilled unless the service may have received all of it."""

import time

import pytest
from sealed_ocr.ocr.errors import OutcomeUnknown, Transient
from sealed_ocr.ocr.request_body import Body

from tests.support.canary import assert_clean, exception_text
from tests.support.exchanges import LARGE, PATH, SECRETS, post, respond_with
from tests.support.polling import PATIENCE
from tests.support.raw_server import http_response


def test_a_request_has_its_headers_and_body(serve) -> None:
    received = []

    def behave(peer, _) -> None:
        received.extend(peer.request())
        peer.send(http_response(headers=["Request-Key: a-key"]))

    _, transport = serve(behave)
    response = post(transport, 1000)
    head, body = received
    lines = head.split("\r\n")
    assert lines[0] == f"POST {PATH} HTTP/1.1"
    assert {"Content-Type: text/plain", "Content-Length: 1000", "Authorization: SecretKeyCanary+/=98"} <= set(lines)
    assert "Accept-Encoding: identity" in lines
    assert not any(line.lower().startswith("transfer-encoding") for line in lines)
    assert body == b"x" * 1000
    assert response.headers.get("request-key") == "a-key"
    assert_clean(repr(response), ["a-key"])


@pytest.mark.parametrize("read", [0, 100_000, LARGE // 4])
def test_a_reset_during_the_body_is_proven_unbilled(serve, read) -> None:
    def behave(peer, _) -> None:
        peer.head()
        peer.body(read)
        peer.reset()

    _, transport = serve(behave)
    with pytest.raises(Transient) as raised:
        post(transport, LARGE)
    assert type(raised.value) is Transient
    assert_clean(exception_text(raised.value), SECRETS)


def test_a_reset_during_the_last_piece_is_an_unknown_outcome(serve) -> None:
    """Nobody knows how much of a piece arrived, so the service may have all of it from its first byte on."""

    def behave(peer, _) -> None:
        peer.head()
        peer.body(100_000)
        peer.reset()

    _, transport = serve(behave)
    with pytest.raises(OutcomeUnknown):
        post(transport, LARGE, chunk=LARGE)


def test_a_connection_closed_during_the_body_is_proven_unbilled(serve) -> None:
    def behave(peer, _) -> None:
        peer.head()
        peer.body(100_000)

    _, transport = serve(behave)
    with pytest.raises(Transient):
        post(transport, LARGE)


def test_a_response_before_the_end_of_the_request_is_marked_as_early(serve) -> None:
    def behave(peer, _) -> None:
        peer.head()
        peer.send(http_response(b"too large", "413 Content Too Large"))
        peer.wait(0.2)
        peer.reset()

    server, transport = serve(behave)
    response = post(transport, LARGE)
    assert (response.status, response.body, response.request_complete) == (413, b"too large", False)
    post(transport, LARGE)
    assert server.connections == 2


def test_an_early_response_of_a_server_that_keeps_reading_is_read(serve) -> None:
    def behave(peer, _) -> None:
        peer.head()
        peer.send(http_response(b"too large", "413 Content Too Large", headers=["Connection: close"]))
        peer.body(LARGE)
        peer.wait(0.05)

    server, transport = serve(behave)
    assert post(transport, LARGE).status == 413
    assert post(transport, LARGE).status == 413
    assert server.connections == 2


def test_a_request_to_a_server_that_reads_nothing_ends_at_the_deadline(serve) -> None:
    def behave(peer, _) -> None:
        peer.head()
        peer.wait_until_stopped()

    _, transport = serve(behave)
    with pytest.raises(Transient, match="in time"):
        post(transport, LARGE, seconds=1)


def test_a_request_to_a_slowly_reading_server_ends_at_the_deadline(serve) -> None:
    def behave(peer, _) -> None:
        peer.head()
        while True:
            peer.body(65536)
            peer.wait(0.02)

    _, transport = serve(behave)
    with pytest.raises(Transient, match="in time"):
        post(transport, 64 << 20, seconds=1)


def test_no_request_is_sent_without_time(serve) -> None:
    server, transport = serve(respond_with(http_response()))
    with pytest.raises(Transient, match="no time"):
        post(transport, seconds=-1)
    assert server.connections == 0


@pytest.mark.parametrize("value", ["line\r\nbreak", "\u2028", "한글"])
def test_an_invalid_header_is_proven_unsent(serve, value) -> None:
    _, transport = serve(respond_with(http_response()))
    body = Body("text/plain", 1, [b"x"])
    with pytest.raises(Transient) as raised:
        transport.exchange("POST", PATH, {"Request-Key": value + "-canary"}, time.monotonic() + PATIENCE, body)
    assert_clean(exception_text(raised.value), [value + "-canary"])
