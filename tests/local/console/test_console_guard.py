"""Whom the console answers: the page that it served, opened by whoever was given its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emulator.testing import Emulator
from local.console.guard import TOKEN_HEADER
from tests.local.console.console_stage import Stage, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.processes.aws_clients import AwsClients

EVERYTHING = [
    ("GET", "/api/about"),
    ("GET", "/api/events"),
    ("POST", "/api/documents?kind=id-card&name=a.png"),
    ("POST", "/api/samples"),
    ("GET", "/api/documents/1/image"),
    ("GET", "/api/documents/1/message"),
    ("POST", "/api/documents/1/delivery"),
    ("POST", "/api/documents/1/verification"),
    ("PUT", "/api/fault"),
    ("POST", "/api/rotations"),
]


@pytest.fixture(scope="module")
def visitor(aws: AwsClients, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    with Emulator() as emulator, Visitor(Stage(aws, emulator), tmp_path_factory.mktemp("logs")) as visitor:
        yield visitor


def test_the_list_of_this_test_is_whole(visitor: Visitor) -> None:
    routes = {
        (route.method, route.resource.canonical)
        for route in visitor.console._app.router.routes()
        if route.resource.canonical.startswith("/api/") and route.method != "HEAD"
    }
    listed = {(method, path.partition("?")[0].replace("/1/", "/{number}/")) for method, path in EVERYTHING}
    assert routes == listed


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
@pytest.mark.parametrize("token", [None, "", "guessed", "\u00fc"])
def test_nothing_is_told_or_done_without_the_token(visitor: Visitor, method: str, path: str, token: str | None) -> None:
    answer = visitor.ask(method, path, b"{}", **{TOKEN_HEADER: token})
    assert answer.status == 403
    assert "token" in answer.json()["error"]


@pytest.mark.parametrize(("method", "path"), [*EVERYTHING, ("GET", "/")])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://127.0.0.1:9"},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Host": "evil.example"},
        {"Host": "localhost:80"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
    ids=str,
)
def test_other_pages_are_refused_even_with_the_token(
    visitor: Visitor, method: str, path: str, headers: dict[str, str]
) -> None:
    assert visitor.ask(method, path, b"{}", **headers).status == 403


def test_its_own_page_is_let_in(visitor: Visitor) -> None:
    answer = visitor.ask("GET", "/api/about", Origin=visitor.origin, Sec_Fetch_Site="same-origin")
    assert answer.status == 200
    assert answer.json()["reader"] == "specimen"


@pytest.mark.parametrize("path", ["/", "/static/main.js", "/static/page.css", "/api/about", "/nowhere"])
def test_every_answer_is_locked_down_and_kept_by_nobody(visitor: Visitor, path: str) -> None:
    headers = visitor.ask("GET", path).headers
    assert headers["Cache-Control"] == "no-store"
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in headers


def test_the_page_is_all_ours_and_holds_no_token(visitor: Visitor) -> None:
    page = visitor.ask("GET", "/", **{TOKEN_HEADER: None}).data.decode()
    assert visitor.token not in page
    assert '<script type="module" src="/static/main.js">' in page
    assert "://" not in page
    assert "style=" not in page


@pytest.mark.parametrize("path", ["/static/", "/static/../guard.py", "/static/%2e%2e/guard.py", "/static/guard.py"])
def test_no_other_file_is_served(visitor: Visitor, path: str) -> None:
    assert visitor.ask("GET", path).status == 404
