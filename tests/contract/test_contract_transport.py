"""The transport against servers written by hand: answers and connections that no HTTP server would give."""

import contextlib
import logging
import socket
import ssl
import time

import pytest
from sealed_ocr.ocr.errors import ConfigurationFault, OutcomeUnknown, Transient
from sealed_ocr.ocr.sending import Body
from sealed_ocr.ocr.transport import ANSWER_BYTES, Transport

from tests.canary import assert_clean, everything_said, log_text
from tests.contract.raw_server import RawServer, answer

PATH = "/v2.0/appkeys/AppKey0Canary0123456/credit-card"
# More than the buffers between two sockets hold.
LARGE = 16 << 20


@pytest.fixture(params=["HTTP", "TLS"])
def tls(request, server_tls):
    return server_tls if request.param == "TLS" else None


@pytest.fixture
def serve(tls, trusting):
    """Start servers over HTTP, then over TLS; each with a transport to it."""
    with contextlib.ExitStack() as servers:

        def start(behave, connections=2, **options):
            server = servers.enter_context(RawServer(behave, tls))
            return server, Transport(server.url, connections, trusting, **options)

        yield start


def post(transport, size=100, seconds=5.0, chunk=65536):
    pieces = (b"x" * min(chunk, size - start) for start in range(0, size, chunk))
    headers = {"Authorization": "SecretKeyCanary+/=98"}
    return transport.exchange("POST", PATH, headers, time.monotonic() + seconds, Body("text/plain", size, pieces))


def answering(*answers):
    """Answer each request of a connection with the next of `answers`, then again from the first."""

    def behave(peer, _):
        while True:
            for each in answers:
                peer.request()
                peer.send(each)

    return behave


def closing(content):
    def behave(peer, _):
        peer.request()
        peer.send(content)

    return behave


def test_one_connection_serves_one_request_after_another(serve):
    server, transport = serve(answering(answer(b"first"), answer(b"second")))
    assert [post(transport).body for _ in range(4)] == [b"first", b"second"] * 2
    assert server.connections == 1


@pytest.mark.parametrize(
    "content",
    [
        answer(b"told", headers=["Connection: close"]),
        answer(b"told", version="HTTP/1.0"),
        answer(b"told", version="HTTP/1.0", length=False),
        answer(b"told", headers=["Connection: close"], length=False),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n4\r\ntold\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" + answer(b"told", headers=["Connection: close"]),
    ],
    ids=["close", "1.0", "1.0 without length", "close without length", "chunked", "continue"],
)
def test_an_answer_after_which_the_connection_ends(serve, content):
    server, transport = serve(closing(content))
    for number in (1, 2):
        told = post(transport)
        assert (told.status, told.body, told.request_complete) == (200, b"told", True)
        assert server.connections == number


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"HTTP/1.1",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 999999 What\r\n\r\n",
        answer(b"half", length=1000),
        answer(b"", length=1),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
        answer(b"x", headers=[f"H{number}: x" for number in range(200)]),
        answer(b"x", headers=["H: " + "x" * 70_000]),
    ],
    ids=range(11),
)
def test_a_broken_answer_to_a_whole_request_is_unknown(serve, content):
    _, transport = serve(closing(content))
    with pytest.raises(OutcomeUnknown) as raised:
        post(transport)
    assert_clean(everything_said(raised.value), [PATH, "AppKey0Canary", "SecretKeyCanary"])


def test_a_head_that_breaks_off_has_no_body_to_be_taken_for_an_answer(serve):
    _, transport = serve(closing(b"HTTP/1.1 200 OK\r\nContent-Le"))
    assert post(transport).body == b""


def test_a_reset_instead_of_an_answer_is_unknown(serve):
    def behave(peer, _):
        peer.request()
        peer.reset()

    _, transport = serve(behave)
    with pytest.raises(OutcomeUnknown):
        post(transport)


@pytest.mark.parametrize("read", [0, 100_000, LARGE // 4])
def test_a_reset_while_the_body_is_being_sent_is_proven_unbilled(serve, read):
    def behave(peer, _):
        peer.head()
        peer.body(read)
        peer.reset()

    _, transport = serve(behave)
    with pytest.raises(Transient) as raised:
        post(transport, LARGE)
    assert type(raised.value) is Transient
    assert_clean(everything_said(raised.value), [PATH, "AppKey0Canary", "SecretKeyCanary"])


def test_a_reset_while_the_last_piece_is_being_sent_is_unknown(serve):
    """How much of a piece arrived is not known, so from its first byte on the service may have all of it."""

    def behave(peer, _):
        peer.head()
        peer.body(100_000)
        peer.reset()

    _, transport = serve(behave)
    with pytest.raises(OutcomeUnknown):
        post(transport, LARGE, chunk=LARGE)


def test_an_orderly_end_while_the_body_is_being_sent_is_proven_unbilled(serve):
    def behave(peer, _):
        peer.head()
        peer.body(100_000)

    _, transport = serve(behave)
    with pytest.raises(Transient):
        post(transport, LARGE)


def test_an_answer_before_the_body_was_read_is_read_and_known_to_be_early(serve):
    def behave(peer, _):
        peer.head()
        peer.send(answer(b"too large", "413 Content Too Large"))
        peer.wait(0.2)
        peer.reset()

    server, transport = serve(behave)
    told = post(transport, LARGE)
    assert (told.status, told.body, told.request_complete) == (413, b"too large", False)
    post(transport, LARGE)
    assert server.connections == 2


def test_an_early_answer_whose_sender_goes_on_reading_is_read(serve):
    def behave(peer, _):
        peer.head()
        peer.send(answer(b"too large", "413 Content Too Large", headers=["Connection: close"]))
        peer.body(LARGE)
        peer.wait(0.05)

    server, transport = serve(behave)
    assert post(transport, LARGE).status == 413
    assert post(transport, LARGE).status == 413
    assert server.connections == 2


def test_a_server_that_reads_nothing_ends_at_the_deadline(serve):
    def behave(peer, _):
        peer.head()
        peer.wait_for_the_end()

    _, transport = serve(behave)
    with pytest.raises(Transient, match="in time"):
        post(transport, LARGE, seconds=0.5)


def test_a_server_that_reads_slowly_ends_at_the_deadline(serve):
    def behave(peer, _):
        peer.head()
        while True:
            peer.body(65536)
            peer.wait(0.02)

    _, transport = serve(behave)
    with pytest.raises(Transient, match="in time"):
        post(transport, 64 << 20, seconds=0.5)


@pytest.mark.parametrize("interim", [b"HTTP/1.1 100 Continue\r\n\r\n", b"X: y\r\n"])
def test_an_endless_head_ends(serve, interim):
    def behave(peer, _):
        peer.request()
        peer.send(b"" if interim.startswith(b"HTTP") else b"HTTP/1.1 200 OK\r\n")
        while True:
            peer.send(interim)
            peer.wait(0.01)

    _, transport = serve(behave)
    with pytest.raises(OutcomeUnknown):
        post(transport, seconds=0.5)


def test_silence_ends_at_the_deadline(serve):
    def behave(peer, _):
        peer.request()
        peer.wait_for_the_end()

    server, transport = serve(behave)
    with pytest.raises(OutcomeUnknown, match="in time"):
        post(transport, seconds=0.3)
    assert server.connections == 1


def test_a_connection_that_ended_meanwhile_is_not_used_again(serve):
    server, transport = serve(closing(answer(b"told")))
    post(transport)
    # Its end is on the way; nothing was said of it.
    time.sleep(0.1)
    assert post(transport).body == b"told"
    assert server.connections == 2


def test_words_that_nobody_asked_for_are_not_the_next_answer(serve):
    def behave(peer, _):
        peer.request()
        peer.send(answer(b"asked for"))
        peer.wait(0.05)
        peer.send(answer(b"not asked for"))
        peer.request()

    server, transport = serve(behave)
    assert post(transport).body == b"asked for"
    time.sleep(0.2)
    assert post(transport).body == b"asked for"
    assert server.connections == 2


@pytest.mark.parametrize("jumps", [(0, 0), (3.9, 3.9), (4, 0), (0, 4), (-4, 0), (3600, 0)])
def test_a_connection_that_idled_by_any_clock_is_dropped(serve, jumps):
    """A frozen function's monotonic clock may stand still, and its wall clock may be set back."""
    now = [1_000_000.0, 50.0]
    server, transport = serve(answering(answer()), clocks=(lambda: now[0], lambda: now[1]))
    post(transport)
    now[:] = [now[0] + jumps[0], now[1] + jumps[1]]
    post(transport)
    assert server.connections == (1 if max(map(abs, jumps)) < 4 else 2)


def test_idling_counts_from_the_last_use(serve):
    now = [0.0]
    server, transport = serve(answering(answer()), clocks=(lambda: now[0],))
    for _ in range(5):
        post(transport)
        now[0] += 3
    assert server.connections == 1


def test_the_clocks_are_those_of_the_system(serve):
    server, transport = serve(answering(answer()))
    post(transport)
    connection = transport._pool.pool.queue[-1]
    connection._last_used = (time.time() - 5, time.monotonic())
    post(transport)
    connection = transport._pool.pool.queue[-1]
    connection._last_used = (time.time(), time.monotonic() - 5)
    post(transport)
    assert server.connections == 3


def test_an_answer_of_the_largest_size_is_read_and_not_a_byte_more(serve):
    _, transport = serve(closing(answer(b"x" * ANSWER_BYTES)))
    assert len(post(transport).body) == ANSWER_BYTES
    _, transport = serve(closing(answer(b"x" * (ANSWER_BYTES + 1))))
    with pytest.raises(OutcomeUnknown, match="larger"):
        post(transport)


def test_no_logger_hears_of_an_address(serve, caplog):
    """urllib3 warns of headers that it can't parse, and quotes the address with the appKey."""
    caplog.set_level(logging.DEBUG)
    _, transport = serve(closing(answer(b"told", headers=["no colon here"])))
    post(transport)
    _, transport = serve(closing(b"SSH-2.0-OpenSSH\r\n"))
    with pytest.raises(OutcomeUnknown):
        post(transport)
    assert_clean(log_text(caplog.records), [PATH, "AppKey0Canary", "SecretKeyCanary"])


def test_nobody_there_is_transient():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Transient) as raised:
        post(Transport(f"http://127.0.0.1:{port}", 1))
    assert_clean(everything_said(raised.value), [PATH, "AppKey0Canary", "SecretKeyCanary"])


def test_a_name_that_nobody_knows_is_transient():
    with pytest.raises(Transient):
        post(Transport("http://nobody.invalid", 1))


def test_no_time_is_no_request(serve):
    server, transport = serve(answering(answer()))
    with pytest.raises(Transient, match="no time"):
        post(transport, seconds=-1)
    assert server.connections == 0


@pytest.mark.parametrize("value", ["line\r\nbreak", "\u2028", "한글"])
def test_a_header_that_can_t_be_sent_is_proven_unsent(serve, value):
    _, transport = serve(answering(answer()))
    body = Body("text/plain", 1, [b"x"])
    with pytest.raises(Transient) as raised:
        transport.exchange("POST", PATH, {"Request-Key": value + "-canary"}, time.monotonic() + 5, body)
    assert_clean(everything_said(raised.value), [value + "-canary"])


class Recorder:
    """A TLS server's side that keeps whatever bytes came through the handshake."""

    def __init__(self):
        self.heard = b""

    def __call__(self, peer, _):
        while received := peer.connection.recv(65536):
            self.heard += received


@pytest.mark.parametrize("flaw", ["unknown authority", "another host", "expired"])
def test_a_certificate_that_is_not_trusted_gets_nothing(authority, tmp_path, flaw):
    wrong = {
        "unknown authority": authority.issue("stranger"),
        "another host": authority.issue("elsewhere", address="192.0.2.1"),
        "expired": authority.issue("expired", days=-1),
    }[flaw]
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(wrong.chain, wrong.key)
    client_side = ssl.create_default_context(cafile=None if flaw == "unknown authority" else authority.file)
    recorder = Recorder()
    with RawServer(recorder, server_side) as server:
        transport = Transport(server.url, 1, client_side)
        with pytest.raises(ConfigurationFault, match="certificate") as raised:
            post(transport)
        with pytest.raises(ConfigurationFault, match="certificate"):
            transport.exchange("GET", PATH, {}, time.monotonic() + 5)
    assert recorder.heard == b""
    assert_clean(everything_said(raised.value), [PATH, "AppKey0Canary", "SecretKeyCanary"])


def test_without_a_context_the_system_s_authorities_are_asked(authority, served):
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(served.chain, served.key)
    recorder = Recorder()
    with RawServer(recorder, server_side) as server, pytest.raises(ConfigurationFault):
        post(Transport(server.url, 1))
    assert recorder.heard == b""


def test_a_server_that_does_not_speak_tls_gets_nothing(trusting):
    recorder = Recorder()
    with RawServer(recorder) as server, pytest.raises(Transient):
        post(Transport(server.url.replace("http:", "https:"), 1, trusting), seconds=1)
    assert_clean(recorder.heard, [PATH, "SecretKeyCanary"])


def test_a_request_is_what_was_asked_for(serve):
    heard = []

    def behave(peer, _):
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
