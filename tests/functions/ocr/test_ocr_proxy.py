"""The OCR client honours HTTPS_PROXY and NO_PROXY, and a proxy sees nothing but the host."""

import contextlib
import ssl

import pytest
from sealed_ocr.network.proxies import HttpProxy, proxy_for
from sealed_ocr.ocr.errors import ConfigurationFault, Transient
from sealed_ocr.ocr.transport import Transport

from tests.support.canary import assert_clean, exception_text
from tests.support.connect_proxy import ConnectProxy
from tests.support.exchanges import PATH, SECRETS, post, respond_with
from tests.support.raw_server import RawServer, http_response

VARIABLES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
# Basic authentication of user "someone", password "p@ss".
BASIC = "Basic c29tZW9uZTpwQHNz"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def through(server_tls, client_tls, monkeypatch):
    """Start a TLS server behind a proxy that the environment names; return both and a transport."""
    with contextlib.ExitStack() as servers:

        def start(behave, proxy, userinfo="", tls=server_tls, **options):
            server = servers.enter_context(RawServer(behave, tls))
            front = servers.enter_context(RawServer(proxy))
            monkeypatch.setenv("HTTPS_PROXY", front.url.replace("//", f"//{userinfo}"))
            return server, front, Transport(server.url, 2, client_tls, **options)

        yield start


@pytest.mark.parametrize(
    ("variables", "url", "expected"),
    [
        ({}, "https://ocr.example", None),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "https://ocr.example", HttpProxy("http://proxy:3128", {})),
        ({"https_proxy": "proxy:3128"}, "https://ocr.example", HttpProxy("http://proxy:3128", {})),
        ({"HTTPS_PROXY": "http://proxy", "NO_PROXY": "example"}, "https://ocr.example", None),
        ({"HTTPS_PROXY": "http://proxy", "NO_PROXY": "ocr.example:444"}, "https://ocr.example:444", None),
        ({"HTTPS_PROXY": "http://proxy", "NO_PROXY": "*"}, "https://ocr.example", None),
        ({"HTTPS_PROXY": "http://proxy", "NO_PROXY": "other"}, "https://ocr.example", HttpProxy("http://proxy", {})),
        ({"HTTP_PROXY": "http://proxy"}, "https://ocr.example", None),
        # A proxy could read what is not encrypted.
        ({"HTTP_PROXY": "http://proxy", "HTTPS_PROXY": "http://proxy"}, "http://127.0.0.1", None),
    ],
)
def test_the_environment_decides_which_proxy_is_used(monkeypatch, variables, url, expected) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(url) == expected


def test_credentials_of_a_proxy_are_sent_to_it_and_shown_nowhere(monkeypatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://someone:p%40ss@proxy:3128")
    proxy = proxy_for("https://ocr.example")
    assert proxy is not None
    assert proxy.headers == {"proxy-authorization": BASIC}
    assert_clean(repr(proxy), ["someone", "p%40ss", "p@ss", BASIC])


def test_an_exchange_goes_through_a_tunnel_that_is_reused(through) -> None:
    proxy = ConnectProxy()
    server, _, transport = through(respond_with(http_response(b"told")), proxy, "someone:p%40ss@")
    for _ in range(3):
        assert post(transport, 300_000).body == b"told"
    (head,) = proxy.heads
    assert head.startswith(f"CONNECT 127.0.0.1:{server.port} HTTP/1.")
    assert f"proxy-authorization: {BASIC}" in head.lower().replace(BASIC.lower(), BASIC)
    assert_clean(head, SECRETS)
    assert_clean(proxy.passed, SECRETS)


def test_a_tunnel_that_idled_is_opened_again(through) -> None:
    now, proxy = [0.0], ConnectProxy()
    _, _, transport = through(respond_with(http_response(b"told")), proxy, clocks=(lambda: now[0],))
    for _ in range(3):
        assert post(transport).body == b"told"
        now[0] += 4
    assert len(proxy.heads) == 3


def test_no_proxy_leads_around_the_proxy(through, monkeypatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    _, front, transport = through(respond_with(http_response(b"told")), ConnectProxy())
    assert post(transport).body == b"told"
    assert front.connections == 0


@pytest.mark.parametrize("status", ["407 Proxy Authentication Required", "403 Forbidden", "502 Bad Gateway"])
def test_a_proxy_that_refuses_leaves_the_request_unsent(through, status) -> None:
    server, _, transport = through(respond_with(http_response()), ConnectProxy(http_response(status=status)))
    with pytest.raises(Transient) as raised:
        post(transport)
    assert server.connections == 0
    assert_clean(exception_text(raised.value), SECRETS)


def test_a_proxy_that_is_away_leaves_the_request_unsent(through) -> None:
    _, front, transport = through(respond_with(http_response()), ConnectProxy())
    front.__exit__()
    with pytest.raises(Transient):
        post(transport)


def test_a_proxy_that_answers_itself_is_not_trusted(through, authority) -> None:
    """The certificate of the OCR service is checked inside the tunnel."""
    wrong = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    issued = authority.issue("intercepting", address="192.0.2.1")
    wrong.load_cert_chain(issued.chain, issued.key)
    proxy = ConnectProxy()
    _, _, transport = through(respond_with(http_response()), proxy, tls=wrong)
    with pytest.raises(ConfigurationFault, match="certificate"):
        post(transport)
    assert_clean(proxy.passed, [PATH, *SECRETS])


def test_an_endpoint_without_tls_is_never_asked_through_a_proxy(monkeypatch) -> None:
    proxy = ConnectProxy()
    with RawServer(respond_with(http_response(b"told"))) as server, RawServer(proxy) as front:
        monkeypatch.setenv("HTTP_PROXY", front.url)
        monkeypatch.setenv("HTTPS_PROXY", front.url)
        assert post(Transport(server.url, 1)).body == b"told"
        assert front.connections == 0
