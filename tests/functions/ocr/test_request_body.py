"""What becomes of a request on its way, and whether the service may have all of it."""

import time

import pytest
from sealed_ocr.ocr.errors import OutcomeUnknown, Transient
from sealed_ocr.ocr.request_body import Body

from tests.support.canary import assert_clean, everything_said
from tests.support.exchanges import LARGE, PATH, SECRETS, answering, post
from tests.support.polling import PATIENCE
from tests.support.raw_server import answer


def test_a_request_is_what_was_asked_for(serve) -> None:
    heard = []

    def behave(peer, _) -> None:
        heard.extend(peer.request())
        peer.send(answer(headers=["Request-Key: a-key"]))

    _, transport = serve(behave)
    told = post(transport, 1000)
    head, body = heard
    lines = head.split("\r\n")
    assert lines[0] == f"POST {PATH} HTTP/1.1"
    assert {"Content-Type: text/plain", "Content-Length: 1000", "Authorization: SecretKeyCanary+/=98"} <= set(lines)
    assert "Accept-Encoding: identity" in lines
    assert not any(line.lower().startswith("transfer-encoding") for line in lines)
    assert body == b"x" * 1000
    assert told.headers.get("request-key") == "a-key"
    assert_clean(repr(told), ["a-key"])


@pytest.mark.parametrize("read", [0, 100_000, LARGE // 4])
def test_a_reset_while_the_body_is_being_sent_is_proven_unbilled(serve, read) -> None:
    def behave(peer, _) -> None:
        peer.head()
        peer.body(read)
        peer.reset()

    _, transport = serve(behave)
    with pytest.raises(Transient) as raised:
        post(transport, LARGE)
    assert type(raised.value) is Transient
    assert_clean(everything_said(raised.value), SECRETS)


def test_a_reset_while_the_last_piece_is_being_sent_is_unknown(serve) -> None:
    """How much of a piece arrived is not known, so from its first byte on the service may have all of it."""

    def behave(peer, _) -> None:
        peer.head()
        peer.body(100_000)
        peer.reset()

    _, transport = serve(behave)
    with pytest.raises(OutcomeUnknown):
        post(transport, LARGE, chunk=LARGE)


def test_an_orderly_end_while_the_body_is_being_sent_is_proven_unbilled(serve) -> None:
    def behave(peer, _) -> None:
        peer.head()
        peer.body(100_000)

    _, transport = serve(behave)
    with pytest.raises(Transient):
        post(transport, LARGE)


def test_an_answer_before_the_body_was_read_is_read_and_known_to_be_early(serve) -> None:
    def behave(peer, _) -> None:
        peer.head()
        peer.send(answer(b"too large", "413 Content Too Large"))
        peer.wait(0.2)
        peer.reset()

    server, transport = serve(behave)
    told = post(transport, LARGE)
    assert (told.status, told.body, told.request_complete) == (413, b"too large", False)
    post(transport, LARGE)
    assert server.connections == 2


def test_an_early_answer_whose_sender_goes_on_reading_is_read(serve) -> None:
    def behave(peer, _) -> None:
        peer.head()
        peer.send(answer(b"too large", "413 Content Too Large", headers=["Connection: close"]))
        peer.body(LARGE)
        peer.wait(0.05)

    server, transport = serve(behave)
    assert post(transport, LARGE).status == 413
    assert post(transport, LARGE).status == 413
    assert server.connections == 2


def test_a_server_that_reads_nothing_ends_at_the_deadline(serve) -> None:
    def behave(peer, _) -> None:
        peer.head()
        peer.wait_for_the_end()

    _, transport = serve(behave)
    with pytest.raises(Transient, match="in time"):
        post(transport, LARGE, seconds=1)


def test_a_server_that_reads_slowly_ends_at_the_deadline(serve) -> None:
    def behave(peer, _) -> None:
        peer.head()
        while True:
            peer.body(65536)
            peer.wait(0.02)

    _, transport = serve(behave)
    with pytest.raises(Transient, match="in time"):
        post(transport, 64 << 20, seconds=1)


def test_no_time_is_no_request(serve) -> None:
    server, transport = serve(answering(answer()))
    with pytest.raises(Transient, match="no time"):
        post(transport, seconds=-1)
    assert server.connections == 0


@pytest.mark.parametrize("value", ["line\r\nbreak", "\u2028", "한글"])
def test_a_header_that_can_t_be_sent_is_proven_unsent(serve, value) -> None:
    _, transport = serve(answering(answer()))
    body = Body("text/plain", 1, [b"x"])
    with pytest.raises(Transient) as raised:
        transport.exchange("POST", PATH, {"Request-Key": value + "-canary"}, time.monotonic() + PATIENCE, body)
    assert_clean(everything_said(raised.value), [value + "-canary"])
