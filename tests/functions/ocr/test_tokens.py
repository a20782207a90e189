"""Tokens of API v2.1: requested once, used while they are valid, and every wrong answer of their host."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

import pytest
from sealed_ocr.ocr.auth import AccessKey
from sealed_ocr.ocr.errors import (
    ConfigurationFault,
    ContractFault,
    LimitExceeded,
    OcrError,
    StaleCredentials,
    Transient,
)
from sealed_ocr.ocr.tokens import MARGIN_SECONDS, TokenAuth
from sealed_ocr.ocr.transport import Transport

from tests.support.canary import assert_clean, exception_text
from tests.support.http_server import HttpServer
from tests.support.polling import PATIENCE
from tests.support.raw_server import RawServer

KEY = AccessKey("AppKey0Canary", "AccessIdCanary", "AccessSecretCanary:+/=")
BASIC = base64.b64encode(b"AccessIdCanary:AccessSecretCanary:+/=").decode()
SECRETS = ["AppKey0Canary", "AccessIdCanary", "AccessSecretCanary", BASIC, "TokenCanary"]
GRANT = {"access_token": "TokenCanary1", "token_type": "Bearer", "expires_in": 3600}


class TokenHost:
    """A token host whose answers a test decides; it records the requests."""

    def __init__(self, answer: Callable[[int], tuple[int, bytes]]) -> None:
        self.requests: list[tuple[str, str, str, bytes]] = []
        self._lock = threading.Lock()
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = self.rfile.read(int(self.headers["Content-Length"]))
                request = (self.path, self.headers["Authorization"], self.headers["Content-Type"], form)
                with host._lock:
                    host.requests.append(request)
                    number = len(host.requests)
                status, body = answer(number)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                if 300 <= status < 400:
                    self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Log nothing."""

        self.server = HttpServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"


@contextmanager
def serve(answer: Callable[[int], tuple[int, bytes]]) -> Iterator[TokenHost]:
    host = TokenHost(answer)
    threading.Thread(target=host.server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield host
    finally:
        host.server.shutdown()
        host.server.server_close()


def granted(**changed: object) -> Callable[[int], tuple[int, bytes]]:
    """Issue a token of another name for each request."""
    return lambda number: (200, json.dumps(GRANT | {"access_token": f"TokenCanary{number}"} | changed).encode())


def fixed(status: int, body: object) -> Callable[[int], tuple[int, bytes]]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda _: (status, content)


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_token_is_requested_with_the_access_key_and_used_for_every_request() -> None:
    with serve(granted()) as host:
        auth = TokenAuth(KEY, Transport(host.url, 1))
        authorizations = [auth.authorize() for _ in range(3)]
    assert host.requests == [
        (
            "/oauth2/token/create",
            f"Basic {BASIC}",
            "application/x-www-form-urlencoded",
            b"grant_type=client_credentials",
        )
    ]
    assert {one.headers["X-NHN-Authorization"] for one in authorizations} == {"Bearer TokenCanary1"}
    assert authorizations[0].path("id-card") == "/v2.1/appkeys/AppKey0Canary/id-card"
    assert "Authorization" not in authorizations[0].headers
    assert_clean(repr((auth, KEY, authorizations)), SECRETS)


def test_64_threads_at_once_request_one_token() -> None:
    together = threading.Barrier(64)

    def authorize(auth: TokenAuth) -> str:
        together.wait(PATIENCE)
        return auth.authorize().headers["X-NHN-Authorization"]

    with serve(granted()) as host, ThreadPoolExecutor(64) as threads:
        auth = TokenAuth(KEY, Transport(host.url, 1))
        assert set(threads.map(authorize, [auth] * 64)) == {"Bearer TokenCanary1"}
    assert len(host.requests) == 1


@pytest.mark.parametrize("seconds", [60, 86_400, "60", "86400", 60.0])
def test_a_token_is_used_until_shortly_before_its_end(seconds) -> None:
    clock = Clock()
    start = clock.now
    with serve(granted(expires_in=seconds)) as host:
        auth = TokenAuth(KEY, Transport(host.url, 1), clock)
        for after, requests in ((0, 1), (float(seconds) - MARGIN_SECONDS - 1, 1), (float(seconds) - MARGIN_SECONDS, 2)):
            clock.now = start + after
            auth.authorize()
            assert len(host.requests) == requests


def test_an_hour_of_tokens_of_60_seconds_takes_80_requests() -> None:
    clock = Clock()
    with serve(granted(expires_in=60)) as host:
        auth = TokenAuth(KEY, Transport(host.url, 1), clock)
        for _ in range(3600):
            auth.authorize()
            clock.now += 1
    assert len(host.requests) == 3600 / (60 - MARGIN_SECONDS)


def test_a_life_of_more_than_a_day_is_taken_for_a_day() -> None:
    clock = Clock()
    with serve(granted(expires_in=1_000_000)) as host:
        auth = TokenAuth(KEY, Transport(host.url, 1), clock)
        auth.authorize()
        clock.now += 86_400
        auth.authorize()
    assert len(host.requests) == 2


def test_a_token_that_has_ended_is_not_used_while_no_other_can_be_had() -> None:
    clock = Clock()
    with serve(lambda number: granted()(number) if number == 1 else (503, b"")) as host:
        auth = TokenAuth(KEY, Transport(host.url, 1), clock)
        auth.authorize()
        clock.now += 3600
        with pytest.raises(Transient):
            auth.authorize()
    assert len(host.requests) == 2


def test_a_refused_token_is_dropped_and_a_newer_one_stays() -> None:
    with serve(granted()) as host:
        auth = TokenAuth(KEY, Transport(host.url, 1))
        refused = auth.authorize()
        auth.invalidate(refused)
        newer = auth.authorize()
        auth.invalidate(refused)
        assert auth.authorize() is newer
    assert len(host.requests) == 2


def gateway(code: int) -> dict[str, object]:
    return {"header": {"isSuccessful": False, "resultCode": code, "resultMessage": "TokenCanary"}}


WRONG_LIVES: list[object] = [0, -1, "-60", "", "soon", None, True, [], "１２０", 0.5]
WRONG: dict[str, tuple[Callable[[int], tuple[int, bytes]], type[OcrError], str]] = {
    "no expires_in": (fixed(200, {"access_token": "TokenCanary", "token_type": "Bearer"}), ContractFault, "expires_in"),
    **{
        f"expires_in {seconds!r}": (granted(expires_in=seconds), ContractFault, "expires_in") for seconds in WRONG_LIVES
    },
    **{
        f"token {value!r}": (granted(access_token=value), ContractFault, "no token")
        for value in (None, "", 7, "Token\nCanary", "Token Canary", "토큰", ["TokenCanary"])
    },
    "another type": (granted(token_type="MAC"), ContractFault, "Bearer"),
    "no JSON": (fixed(200, b"<html>TokenCanary</html>"), Transient, "oauthEndpoint"),
    "a list": (fixed(200, []), Transient, "oauthEndpoint"),
    "deep JSON": (fixed(200, b"[" * 100_000), Transient, "oauthEndpoint"),
    **{f"redirect {status}": (fixed(status, b""), ConfigurationFault, "redirects") for status in (301, 302, 307)},
    **{
        f"RFC 6749 {error}": (fixed(400, {"error": error}), StaleCredentials, "userAccessKeyId")
        for error in ("invalid_client", "invalid_grant", "unauthorized_client")
    },
    "RFC 6749 401": (fixed(401, {"error": "invalid_client"}), StaleCredentials, "userAccessKeyId"),
    "401 without JSON": (fixed(401, b"TokenCanary"), StaleCredentials, "userAccessKeyId"),
    **{
        f"RFC 6749 {error}": (fixed(400, {"error": error}), ContractFault, "HTTP 400")
        for error in ("invalid_request", "unsupported_grant_type", "invalid_scope", "TokenCanary")
    },
    "gateway 401": (fixed(401, gateway(4010001)), StaleCredentials, ""),
    "gateway 403": (fixed(403, gateway(4031010)), ConfigurationFault, "HTTP 403"),
    "gateway 404": (fixed(404, gateway(4041007)), ConfigurationFault, "HTTP 404"),
    "gateway 413": (fixed(413, gateway(4131000)), Transient, "413"),
    "gateway 429": (fixed(429, gateway(4291000)), LimitExceeded, "limit"),
    "429 without JSON": (fixed(429, b""), LimitExceeded, "limit"),
    **{f"HTTP {status}": (fixed(status, gateway(5040001)), Transient, str(status)) for status in (500, 502, 503, 504)},
    "HTTP 404 of a proxy": (fixed(404, b"<html>"), Transient, "404"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_says_what_is_wrong_and_gives_no_token(name) -> None:
    answer, kind, text = WRONG[name]
    with serve(answer) as host:
        auth = TokenAuth(KEY, Transport(host.url, 1))
        with pytest.raises(OcrError) as raised:
            auth.authorize()
    assert type(raised.value) is kind
    assert text in str(raised.value)
    assert_clean(exception_text(raised.value), SECRETS)
    assert len(host.requests) == 1


def test_a_lost_answer_is_transient_because_a_token_is_free() -> None:
    def lose(peer, _) -> None:
        peer.request()

    with RawServer(lose) as server, pytest.raises(Transient) as raised:
        TokenAuth(KEY, Transport(server.url, 1)).authorize()
    assert type(raised.value) is Transient
    assert_clean(exception_text(raised.value), SECRETS)


def test_an_untrusted_token_host_receives_no_access_key(server_tls) -> None:
    received: list[bytes] = []

    def record(peer, _) -> None:
        received.append(peer.connection.recv(65536))

    with RawServer(record, server_tls) as server, pytest.raises(ConfigurationFault, match="certificate"):
        TokenAuth(KEY, Transport(server.url, 1)).authorize()
    assert received == []
