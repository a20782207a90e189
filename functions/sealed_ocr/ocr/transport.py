"""HTTP to the OCR service: one pool kept alive across invocations, one absolute deadline for each exchange.

Nothing is repeated here, no redirect is followed. What a failed exchange means depends on one fact (see ``sending``):
whether the last byte of the request had been handed to the network.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Iterator, Mapping
from typing import cast
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from sealed_ocr.common.redaction import Quiet
from sealed_ocr.ocr.connections import CLOCKS, Clock, HttpConnection, HttpsConnection
from sealed_ocr.ocr.errors import Transient
from sealed_ocr.ocr.request_body import Body, Progress, SourceFailed

CONNECT_SECONDS = 5.0
# Larger than any answer of the service, and small enough to be sent on as one SQS message.
ANSWER_BYTES = 900 * 1024
_READ_BYTES = 64 * 1024

# urllib3 logs whole addresses (with the appKey) in warnings too.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


class Answer(Quiet, frozen=True):
    """What came back, and whether the whole request had gone out by then."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    request_complete: bool


class Transport:
    """Exchanges requests with one endpoint."""

    def __init__(
        self,
        endpoint: str,
        connections: int,
        ssl_context: ssl.SSLContext | None = None,
        clocks: tuple[Clock, ...] = CLOCKS,
    ) -> None:
        """Prepare ``connections`` connections to ``endpoint`` (checked by the settings), without opening any.

        ``clocks`` tell for how long a connection has idled; each counts seconds, from whenever.
        """
        parts = urlsplit(endpoint)
        if parts.hostname is None:
            raise ValueError("the endpoint has no host")
        self._pool: urllib3.HTTPConnectionPool
        if parts.scheme == "https":
            context = ssl_context or ssl.create_default_context()
            self._pool = urllib3.HTTPSConnectionPool(
                parts.hostname, parts.port, maxsize=connections, ssl_context=context, clocks=clocks
            )
            self._pool.ConnectionCls = HttpsConnection
        else:
            self._pool = urllib3.HTTPConnectionPool(parts.hostname, parts.port, maxsize=connections, clocks=clocks)
            self._pool.ConnectionCls = HttpConnection

    def exchange(
        self, method: str, path: str, headers: Mapping[str, str], deadline: float, body: Body | None = None
    ) -> Answer:
        """Send one request and read its answer, all before ``deadline`` (of ``time.monotonic``).

        Raises
        ------
        Transient
            when the request had not gone out completely: the service can't have read it.
        OutcomeUnknown
            when it had, and no complete answer came.
        Exception
            whatever ``body.pieces`` raises; the request is then incomplete.
        """
        progress = Progress(body, deadline)
        try:
            return self._exchange(method, path, headers, deadline, progress)
        except SourceFailed as stopped:
            failure = stopped.failure
        # Raised out here, so that the source's own exception does not get ours for its context.
        raise failure

    def _exchange(
        self, method: str, path: str, headers: Mapping[str, str], deadline: float, progress: Progress
    ) -> Answer:
        response: urllib3.BaseHTTPResponse | None = None
        complete = False
        try:
            response = self._pool.urlopen(
                method,
                path,
                # urllib3 sends views as they are; its types name bytes and str alone.
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
        return Answer(response.status, response.headers, content, progress.complete)

    def _read(self, response: urllib3.BaseHTTPResponse, progress: Progress) -> bytes:
        content = bytearray()
        while piece := response.read(_READ_BYTES):
            content += piece
            if len(content) > ANSWER_BYTES:
                raise progress.lost("the answer is larger than any that the OCR service gives")
            if response.length_remaining == 0:
                break
        return bytes(content)


def _remaining(deadline: float) -> float:
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise Transient("no time was left to send the request")
    return remaining
