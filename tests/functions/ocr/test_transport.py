"""A response that is broken, missing or too large makes the outcome of a complete request unknown."""

import logging

import pytest
from sealed_ocr.ocr.errors import OutcomeUnknown
from sealed_ocr.ocr.transport import MAX_RESPONSE_BYTES

from tests.support.canary import assert_clean, exception_text, log_text
from tests.support.exchanges import SECRETS, post, respond_and_close
from tests.support.raw_server import http_response


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"HTTP/1.1",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 999999 What\r\n\r\n",
        http_response(b"half", length=1000),
        http_response(b"", length=1),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
        http_response(b"x", headers=[f"H{number}: x" for number in range(200)]),
        http_response(b"x", headers=["H: " + "x" * 70_000]),
    ],
    ids=range(11),
)
def test_a_broken_response_to_a_complete_request_is_an_unknown_outcome(serve, content) -> None:
    _, transport = serve(respond_and_close(content))
    with pytest.raises(OutcomeUnknown) as raised:
        post(transport)
    assert_clean(exception_text(raised.value), SECRETS)


def test_a_truncated_response_head_has_no_body(serve) -> None:
    _, transport = serve(respond_and_close(b"HTTP/1.1 200 OK\r\nContent-Le"))
    assert post(transport).body == b""


def test_a_reset_instead_of_a_response_is_an_unknown_outcome(serve) -> None:
    def behave(peer, _) -> None:
        peer.request()
        peer.reset()

    _, transport = serve(behave)
    with pytest.raises(OutcomeUnknown):
        post(transport)


@pytest.mark.parametrize("interim", [b"HTTP/1.1 100 Continue\r\n\r\n", b"X: y\r\n"])
def test_an_endless_response_head_ends(serve, interim) -> None:
    def behave(peer, _) -> None:
        peer.request()
        peer.send(b"" if interim.startswith(b"HTTP") else b"HTTP/1.1 200 OK\r\n")
        while True:
            peer.send(interim)
            peer.wait(0.01)

    _, transport = serve(behave)
    with pytest.raises(OutcomeUnknown):
        post(transport, seconds=2)


def test_a_missing_response_ends_at_the_deadline(serve) -> None:
    def behave(peer, _) -> None:
        peer.request()
        peer.wait_until_stopped()

    server, transport = serve(behave)
    with pytest.raises(OutcomeUnknown, match="in time"):
        post(transport, seconds=2)
    assert server.connections == 1


def test_a_response_is_read_up_to_the_size_limit(serve) -> None:
    _, transport = serve(respond_and_close(http_response(b"x" * MAX_RESPONSE_BYTES)))
    assert len(post(transport).body) == MAX_RESPONSE_BYTES
    _, transport = serve(respond_and_close(http_response(b"x" * (MAX_RESPONSE_BYTES + 1))))
    with pytest.raises(OutcomeUnknown, match="larger"):
        post(transport)


def test_no_logger_records_a_url(serve, caplog) -> None:
    """urllib3 warns of headers that it cannot parse and quotes the URL with the appKey."""
    caplog.set_level(logging.DEBUG)
    _, transport = serve(respond_and_close(http_response(b"told", headers=["no colon here"])))
    post(transport)
    _, transport = serve(respond_and_close(b"SSH-2.0-OpenSSH\r\n"))
    with pytest.raises(OutcomeUnknown):
        post(transport)
    assert_clean(log_text(caplog.records), SECRETS)
