"""Access control: only the console's own page, opened with the token, is let in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emulator.testing import Emulator
from local.console.guard import TOKEN_HEADER
from tests.local.console.console_client import ConsoleClient, FakePipeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiohttp.web import AbstractRoute

    from local.processes.aws_clients import AwsClients

ENDPOINTS = [
    ("GET", "/api/about"),
    ("GET", "/api/events"),
    ("POST", "/api/documents?kind=id-card&name=a.png"),
    ("POST", "/api/samples"),
    ("GET", "/api/documents/1/image"),
    ("GET", "/api/documents/1/message"),
    ("POST", "/api/documents/1/delivery"),
    ("POST", "/api/documents/1/release"),
    ("POST", "/api/documents/1/verification"),
    ("PUT", "/api/fault"),
    ("POST", "/api/rotations"),
]


@pytest.fixture(scope="module")
def client(aws: AwsClients, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleClient]:
    with Emulator() as emulator, ConsoleClient(FakePipeline(aws, emulator), tmp_path_factory.mktemp("logs")) as client:
        yield client


def path_of(route: AbstractRoute) -> str:
    assert route.resource is not None
    return route.resource.canonical


def test_the_list_of_endpoints_is_complete(client: ConsoleClient) -> None:
    routes = {
        (route.method, path_of(route))
        for route in client.console._app.router.routes()
        if path_of(route).startswith("/api/") and route.method != "HEAD"
    }
    listed = {(method, path.partition("?")[0].replace("/1/", "/{number}/")) for method, path in ENDPOINTS}
    assert routes == listed


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
@pytest.mark.parametrize("token", [None, "", "guessed", "\u00fc"])
def test_every_endpoint_requires_the_token(client: ConsoleClient, method: str, path: str, token: str | None) -> None:
    answer = client.request(method, path, b"{}", **{TOKEN_HEADER: token})
    assert answer.status == 403
    assert "token" in answer.json()["error"]


@pytest.mark.parametrize(("method", "path"), [*ENDPOINTS, ("GET", "/")])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://127.0.0.1:9"},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Host": "evil.example"},
        {"Host": "localhost.evil.example"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
    ids=str,
)
def test_other_pages_are_refused_even_with_the_token(
    client: ConsoleClient, method: str, path: str, headers: dict[str, str]
) -> None:
    assert client.request(method, path, b"{}", **headers).status == 403


def test_the_console_s_own_page_is_let_in(client: ConsoleClient) -> None:
    answer = client.request("GET", "/api/about", Origin=client.origin, Sec_Fetch_Site="same-origin")
    assert answer.status == 200
    assert answer.json()["reader"] == "specimen"


@pytest.mark.parametrize("path", ["/", "/static/main.js", "/static/page.css", "/api/about", "/nowhere"])
def test_every_response_has_security_headers_and_is_not_cached(client: ConsoleClient, path: str) -> None:
    headers = client.request("GET", path).headers
    assert headers["Cache-Control"] == "no-store"
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in headers


def test_localhost_and_a_forwarded_port_are_let_in_with_the_token(client: ConsoleClient) -> None:
    for host in (f"localhost:{client.origin.rpartition(':')[2]}", "localhost:5000", "127.0.0.1:5000", "[::1]:5000"):
        page = {"Host": host, "Origin": f"http://{host}", "Sec_Fetch_Site": "same-origin"}
        assert client.request("GET", "/api/about", **page).status == 200
        assert client.request("GET", "/api/about", **{**page, TOKEN_HEADER: None}).status == 403


def test_the_address_for_the_browser_leads_to_the_page_with_its_token_once(client: ConsoleClient) -> None:
    path = client.console.single_use_url.removeprefix(client.origin)
    assert client.token not in path
    without_token: dict[str, str | None] = {TOKEN_HEADER: None}
    assert client.request("GET", "/open/guessed", **without_token).status == 404
    assert client.request("GET", path, **without_token, Sec_Fetch_Site="cross-site").status == 403
    assert client.request("HEAD", path, **without_token).status == 405
    answers = [client.request("GET", path, **without_token) for _ in range(2)]
    assert [(answer.status, answer.headers.get("Location")) for answer in answers] == [
        (303, f"/#{client.token}"), (403, None),
    ]  # fmt: skip
    assert client.token not in answers[1].data.decode()


def test_the_page_contains_no_foreign_resources_and_no_token(client: ConsoleClient) -> None:
    page = client.request("GET", "/", **{TOKEN_HEADER: None}).data.decode()
    assert client.token not in page
    assert '<script type="module" src="/static/main.js">' in page
    assert "://" not in page
    assert "style=" not in page


@pytest.mark.parametrize("path", ["/static/", "/static/../guard.py", "/static/%2e%2e/guard.py", "/static/guard.py"])
def test_no_other_file_is_served(client: ConsoleClient, path: str) -> None:
    assert client.request("GET", path).status == 404
