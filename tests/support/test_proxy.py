"""The proxy in front of AWS survives clients that are killed."""

from __future__ import annotations

import http.client
import socket
from urllib.parse import urlsplit

from tests.support.proxy import Proxy

_HALF_A_REQUEST = (
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Target: AmazonSQS.SendMessage\r\nContent-Length: 10\r\n\r\nhalf"
)


def test_a_request_whose_client_was_killed_is_not_passed_on() -> None:
    with Proxy("http://127.0.0.1:9") as proxy:
        address = urlsplit(proxy.url)
        with socket.create_connection((address.hostname, address.port)) as client:
            client.sendall(_HALF_A_REQUEST)
            client.shutdown(socket.SHUT_WR)
            assert client.recv(1) == b""
        assert proxy.calls == []


def test_repeated_writes_are_counted() -> None:
    with Proxy("http://127.0.0.1:9") as proxy:
        proxy.fault("UpdateItem", "answer")
        for attempt in ("attempt=1", "attempt=2; max=2", "ttl=20260101T000000Z; attempt=1; max=2"):
            client = http.client.HTTPConnection(urlsplit(proxy.url).netloc)
            target = {"X-Amz-Target": "DynamoDB_20120810.UpdateItem", "amz-sdk-request": attempt}
            client.request("POST", "/", "{}", target)
            client.getresponse().read()
            client.close()
        assert proxy.repeated_writes == 1
        proxy.reset()
        assert proxy.repeated_writes == 0
