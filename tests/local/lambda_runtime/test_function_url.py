"""The Function URL: requests become events and responses return, over a real socket and a real function."""

from __future__ import annotations

import base64
import os
import socket
import struct
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from local.lambda_runtime.function_url import FunctionUrlServer
from local.lambda_runtime.function_url_event import HttpRequest, http_response, url_event
from local.lambda_runtime.invocation import InvocationResult
from local.lambda_runtime.lambda_function import LambdaFunction
from local.lambda_runtime.process import FunctionConfiguration
from tests.support.polling import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Iterator

HTTP = urllib3.PoolManager(retries=False)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FunctionUrlServer]:
    configuration = FunctionConfiguration(
        name="mirror",
        arn="arn:aws:lambda:ap-northeast-2:123456789012:function:mirror",
        handler="mirror.handler",
        timeout=30,
        environment={"PATH": os.environ["PATH"]},
        task_root=Path(__file__).parent / "handlers",
    )
    function = LambdaFunction(configuration, 1, tmp_path_factory.mktemp("logs"))
    served = FunctionUrlServer()
    served.serve(function.invoke)
    yield served
    served.close()
    function.close()


def event(server: FunctionUrlServer, method: str = "POST", path: str = "", **given: Any) -> dict[str, Any]:
    answer = HTTP.request(method, server.url + path, **given)
    assert answer.status == 200
    mirrored: dict[str, Any] = answer.json()
    return mirrored


def test_a_request_becomes_the_event_that_lambda_creates(server: FunctionUrlServer) -> None:
    made = event(
        server,
        path="documents/abc%20d/authenticity?a=1&b=x%20y&a=2",
        body='{"name": "홍길동"}'.encode(),
        headers={"Content-Type": "application/json", "Idempotency-Key": "k-1", "Cookie": "a=b; c=d"},
    )
    assert made["version"] == "2.0"
    assert made["rawPath"] == "/documents/abc%20d/authenticity"
    assert made["rawQueryString"] == "a=1&b=x%20y&a=2"
    assert made["queryStringParameters"] == {"a": "1,2", "b": "x y"}
    assert made["body"] == '{"name": "홍길동"}'
    assert made["isBase64Encoded"] is False
    assert made["headers"]["idempotency-key"] == "k-1"
    assert made["headers"]["content-type"] == "application/json"
    assert made["cookies"] == ["a=b", "c=d"]
    assert "cookie" not in made["headers"]
    http = made["requestContext"]["http"]
    assert (http["method"], http["path"], http["sourceIp"]) == ("POST", made["rawPath"], "127.0.0.1")


@pytest.mark.parametrize(
    ("content_type", "body", "encoded"),
    [
        ("application/json", b"\xff\xfe", True),
        ("application/json; charset=utf-8", b"{}", False),
        ("application/problem+json", b"{}", False),
        ("text/plain", b"a", False),
        ("application/x-www-form-urlencoded", b"{}", True),
        ("image/png", b"\x89PNG", True),
        ("", b"{}", True),
    ],
)
def test_bodies_that_are_not_text_are_base64(content_type: str, body: bytes, encoded: bool) -> None:
    made = url_event(HttpRequest("POST", "/", [("Content-Type", content_type)], body, "127.0.0.1", "localhost"))
    assert made["isBase64Encoded"] is encoded
    assert made["body"] == (base64.b64encode(body).decode() if encoded else body.decode())


def test_a_request_without_a_body_has_none(server: FunctionUrlServer) -> None:
    made = event(server, "GET")
    assert "body" not in made
    assert made["rawPath"] == "/"
    assert "queryStringParameters" not in made


def test_repeated_headers_are_joined() -> None:
    made = url_event(HttpRequest("GET", "/", [("X-A", "1"), ("x-a", "2")], b"", "127.0.0.1", "localhost"))
    assert made["headers"] == {"x-a": "1,2"}


def test_the_handler_s_status_headers_cookies_and_bytes_are_returned(server: FunctionUrlServer) -> None:
    wanted = {
        "statusCode": 409,
        "headers": {"Retry-After": "3", "Content-Type": "application/problem+json"},
        "cookies": ["a=b", "c=d"],
        "body": base64.b64encode(b"\x00\xff").decode(),
        "isBase64Encoded": True,
    }
    answer = HTTP.request("POST", server.url, json={"response": wanted})
    assert (answer.status, answer.data) == (409, b"\x00\xff")
    assert answer.headers["retry-after"] == "3"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers.getlist("set-cookie") == ["a=b", "c=d"]


def test_one_connection_serves_request_after_request(server: FunctionUrlServer) -> None:
    with urllib3.HTTPConnectionPool("127.0.0.1", urllib3.util.parse_url(server.url).port, maxsize=1) as pool:
        for _ in range(3):
            assert pool.request("POST", "/", json={}).status == 200
        assert pool.num_connections == 1


@pytest.mark.parametrize(
    ("result", "status", "body"),
    [
        (InvocationResult.failure("ValueError", "secret words"), 502, b"Internal Server Error"),
        (InvocationResult(b'{"statusCode": "no number"}'), 502, b"Internal Server Error"),
        (InvocationResult(b'{"statusCode": 200, "headers": 7}'), 502, b"Internal Server Error"),
        (InvocationResult(b"{no json"), 502, b"Internal Server Error"),
        (InvocationResult(b'{"a": 1}'), 200, b'{"a": 1}'),
        (InvocationResult(b'"text"'), 200, b"text"),
        (InvocationResult(b'{"statusCode": 204}'), 204, b""),
        (InvocationResult(b'{"statusCode": 200, "body": {"a": 1}}'), 200, b'{"a": 1}'),
    ],
)
def test_the_response_for_each_result(result: InvocationResult, status: int, body: bytes) -> None:
    response = http_response(result)
    assert (response.status, response.body) == (status, body)


def test_a_body_without_a_length_is_refused(server: FunctionUrlServer) -> None:
    answer = HTTP.request("POST", server.url, body=iter([b"{", b"}"]), headers={"Content-Type": "application/json"})
    assert answer.status == 411


def test_a_body_above_lambda_s_limit_is_refused_without_reading_it(server: FunctionUrlServer) -> None:
    with urllib3.HTTPConnectionPool("127.0.0.1", urllib3.util.parse_url(server.url).port) as pool:
        answer = pool.request("POST", "/", headers={"Content-Length": str(7 * 1024 * 1024)}, retries=False)
    assert answer.status == 413


def test_a_client_that_hangs_up_is_no_error() -> None:
    served, handlers = FunctionUrlServer(), list[threading.Thread]()
    parts = urllib3.util.parse_url(served.url)
    client = socket.create_connection((parts.host or "", parts.port or 0))

    def hang_up(_payload: bytes) -> InvocationResult:
        handlers.append(threading.current_thread())
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
        return InvocationResult(b"{}")

    served.serve(hang_up)
    client.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
    # An error in this thread would fail the test.
    until(lambda: handlers)
    handlers[0].join(PATIENCE)
    served.close()
