"""Which hosts, origins and addresses count as this machine's own, and that no server was forgotten."""

from __future__ import annotations

import ast
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.workstation.local_servers import BASES, HARMLESS, SERVERS
from workstation.http_server import HttpServer
from workstation.loopback import FOREIGN_HOST, FOREIGN_PAGE, NotLoopbackError, refusal, require_loopback

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
OWN = "127.0.0.1:8000"
# What listens on a port, by the names under which the libraries that are installed here offer it.
LISTENERS = {
    "AppRunner", "BaseServer", "DatagramServer", "HTTPServer", "HttpServer", "SockSite", "TCPServer", "TCPSite",
    "TestServer", "ThreadedMotoServer", "ThreadingHTTPServer", "ThreadingTCPServer", "ThreadingUDPServer", "UDPServer",
    "UnixSite", "WSGIServer", "bind", "create_server", "create_unix_server", "listen", "make_server", "run_app",
    "run_simple", "serve_forever",
}  # fmt: skip


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:8000", "127.9.9.9:1", "localhost", "LocalHost:65535", "[::1]", "[::1]:8000"],
)
def test_every_loopback_name_and_port_is_answered(host) -> None:
    assert refusal({"Host": host}) is None


@pytest.mark.parametrize(
    "host",
    [None, "", ":8000", "evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example",
     "127.0.0.1.nip.io:8000", "evil.example@127.0.0.1", "localhost:8000:8000", "localhost:", "localhost:x",
     "localhost\n", "localhost, evil.example", "0.0.0.0", "[::]", "10.0.0.1", "[fe80::1]", "2130706433", "[localhost",
     "bucket.localhost:8000", "127.1", "\u0661\u0662\u0667.0.0.1"],
)  # fmt: skip
def test_every_other_host_is_refused(host) -> None:
    assert refusal({"Host": host} if host is not None else {}) == FOREIGN_HOST


@pytest.mark.parametrize(
    ("headers", "own_page"),
    [
        ({}, True),
        ({"Origin": f"http://{OWN}"}, True),
        ({"Origin": f"http://{OWN}", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": ""}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": f"https://{OWN}"}, False),
        ({"Origin": "http://127.0.0.1:8001"}, False),
        ({"Origin": "http://localhost:8000"}, False),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": f"http://{OWN}", "Sec-Fetch-Site": "cross-site"}, False),
    ],
)
def test_a_server_with_a_page_answers_that_page_and_programs(headers, own_page) -> None:
    assert refusal({"Host": OWN, **headers}, serves_page=True) == (None if own_page else FOREIGN_PAGE)


@pytest.mark.parametrize(
    ("headers", "program"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-origin"}, False),
        ({"Origin": f"http://{OWN}"}, False),
    ],
)
def test_a_server_without_a_page_answers_programs_alone(headers, program) -> None:
    assert refusal({"Host": OWN, **headers}) == (None if program else FOREIGN_PAGE)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_loopback_addresses_may_be_bound(host) -> None:
    require_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.2", "example.com"])
def test_other_addresses_may_not_be_bound(host) -> None:
    with pytest.raises(NotLoopbackError, match="this machine only"):
        require_loopback(host)
    with pytest.raises(NotLoopbackError):
        HttpServer((host, 0), BaseHTTPRequestHandler)


def names(path: Path) -> set[str]:
    """Return every name that a file uses or imports, if it is one that listens."""
    found: set[str] = set()
    source = path.read_text()
    # Parsing every file takes seconds.
    for node in ast.walk(ast.parse(source)) if any(name in source for name in LISTENERS) else ():
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                found.add(name)
            case ast.ImportFrom(names=aliases):
                found |= {alias.name for alias in aliases}
            case _:
                continue
    return found & LISTENERS


def test_no_server_is_forgotten() -> None:
    """A new server needs an entry in ``local_servers``, with which ``test_local_servers`` asks it as a page would."""
    folders = [
        "bench",
        "emulator",
        "examples",
        "infra",
        "local",
        "ops",
        "schemas",
        "soak",
        "tests/support",
        "workstation",
    ]
    listening = {
        str(path.relative_to(ROOT))
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "node_modules" not in path.parts and names(path)
    }
    assert listening == {*SERVERS, *BASES, *HARMLESS}
