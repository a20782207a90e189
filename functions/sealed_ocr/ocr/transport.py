"""HTTP to the OCR service: one connection pool across invocations, one absolute deadline for each exchange.

The transport repeats no request and follows no redirect. The error of a failed exchange depends on one fact (see
``request_body``): whether the last byte of the request was handed to the network.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from sealed_ocr.common.redaction import Redacted
from sealed_ocr.network.connection import CLOCKS, Clock
from sealed_ocr.network.proxies import proxy_for
from sealed_ocr.ocr.connections import HttpConnection, HttpsConnection
from sealed_ocr.ocr.errors import Transient
from sealed_ocr.ocr.request_body import Body, SendProgress, SourceFailed

CONNECT_SECONDS = 5.0
# Larger than any response of the service, and small enough to be sent on as one SQS message.
MAX_RESPONSE_BYTES = 900 * 1024
_READ_BYTES = 64 * 1024

# urllib3 logs whole URLs, which contain the appKey, in warnings too.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


class Response(Redacted, frozen=True):
    """An HTTP response, and whether the whole request had been sent by then."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    request_complete: bool


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = HttpConnection


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = HttpsConnection


class Transport:
    """Exchanges requests with one endpoint, through the proxy that leads there, if any."""

    def __init__(
        self,
        endpoint: str,
        connections: int,
        ssl_context: ssl.SSLContext | None = None,
        clocks: tuple[Clock, ...] = CLOCKS,
        authorities: str | None = None,
    ) -> None:
        """Prepare a pool of ``connections`` to ``endpoint``, which the settings have checked, without opening any.

        ``clocks`` measure how long a connection was idle, in seconds. ``authorities`` is a file of certificate
        authorities that ``ssl_context`` loads for each connection; None if it has loaded its own.
        """
        parts = urlsplit(endpoint)
        if parts.hostname is None:
            raise ValueError("the endpoint has no host")
        options: dict[str, Any] = {"maxsize": connections}
        if parts.scheme == "https":
            options |= {"ssl_context": ssl_context or ssl.create_default_context(), "ca_certs": authorities}
        proxy = proxy_for(endpoint)
        manager = (
            urllib3.PoolManager(**options)
            if proxy is None
            else urllib3.ProxyManager(proxy.url, proxy_headers=proxy.headers, **options)
        )
        # urllib3's types name classes only, and it calls them.
        pools: dict[str, Any] = {"http": partial(_HttpPool, clocks=clocks), "https": partial(_HttpsPool, clocks=clocks)}
        manager.pool_classes_by_scheme = pools
        self._pool = manager.connection_from_host(parts.hostname, parts.port, parts.scheme)

    def exchange(
        self, method: str, path: str, headers: Mapping[str, str], deadline: float, body: Body | None = None
    ) -> Response:
        """Send one request and read its response, all before ``deadline`` (of ``time.monotonic``).

        Raises
        ------
        Transient
            If the request was not sent completely, so the service cannot have read it.
        OutcomeUnknown
            If it was, and no complete response came.
        Exception
            Whatever ``body.pieces`` raises; the request is then incomplete.
        """
        progress = SendProgress(body, deadline)
        try:
            return self._exchange(method, path, headers, deadline, progress)
        except SourceFailed as stopped:
            failure = stopped.failure
        # Raised outside of the handler, so that the exception of the source does not get ours as its context.
        raise failure

    def _exchange(
        self, method: str, path: str, headers: Mapping[str, str], deadline: float, progress: SendProgress
    ) -> Response:
        response: urllib3.BaseHTTPResponse | None = None
        complete = False
        try:
            response = self._pool.urlopen(
                method,
                path,
                # urllib3 sends memory views unchanged, but its types only allow bytes and str.
                body=None if progress.complete else cast("Iterator[bytes]", progress.pieces()),
                headers={**headers, **progress.headers(), "Accept-Encoding": "identity"},
                retries=False,
                redirect=False,
                timeout=Timeout(connect=min(CONNECT_SECONDS, _remaining(deadline)), total=_remaining(deadline)),
                preload_content=False,
                decode_content=False,
            )
            content = self._read(response, progress)
            complete = True
        except (HTTPError, OSError, ValueError) as failure:
            raise progress.failure(failure) from None
        finally:
            if response is not None and not complete:
                response.close()
        return Response(response.status, response.headers, content, progress.complete)

    def _read(self, response: urllib3.BaseHTTPResponse, progress: SendProgress) -> bytes:
        content = bytearray()
        while piece := response.read(_READ_BYTES):
            content += piece
            if len(content) > MAX_RESPONSE_BYTES:
                raise progress.lost("the response is larger than any of the OCR service")
            if response.length_remaining == 0:
                break
        return bytes(content)


def _remaining(deadline: float) -> float:
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise Transient("no time was left to send the request")
    return remaining
