"""A request's body on its way: how much of it has been handed to the network, and what a failure means then."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator

import msgspec
import urllib3

from sealed_ocr.ocr.errors import ConfigurationFault, OcrError, OutcomeUnknown, Transient


class Body(msgspec.Struct, frozen=True):
    """A request's body: its media type, its exact length in bytes, and its pieces, each used before the next."""

    content_type: str
    length: int
    pieces: Iterable[bytes | memoryview]


class SourceFailed(Exception):
    """The body's source failed; ``failure`` is its own exception.

    It travels in this one through urllib3, which would take an ``OSError`` for the connection's and go on to wait for
    an answer to half a request.
    """

    def __init__(self, failure: Exception) -> None:
        """Carry ``failure``."""
        super().__init__()
        self.failure = failure


class Progress:
    """How much of a request has been handed to the network; ``complete`` once that is all of it."""

    def __init__(self, body: Body | None, deadline: float) -> None:
        """Begin with nothing sent; a request without a body is complete from the start."""
        self._body = body
        self._deadline = deadline
        self.complete = body is None

    def headers(self) -> dict[str, str]:
        """Return the headers that describe the body."""
        if self._body is None:
            return {}
        return {"Content-Type": self._body.content_type, "Content-Length": str(self._body.length)}

    def pieces(self) -> Iterator[bytes | memoryview]:
        """Yield the body's pieces; raise ``SourceFailed`` when they fail, come too late or have another length."""
        try:
            yield from self._counted()
        except Exception as failure:  # noqa: BLE001 - not swallowed: it goes on inside another
            raise SourceFailed(failure) from None

    def _counted(self) -> Iterator[bytes | memoryview]:
        assert self._body is not None  # noqa: S101 - asked for only where there is one
        left = self._body.length
        for piece in self._body.pieces:
            if time.monotonic() >= self._deadline:
                raise Transient("the request could not be sent in time")
            left -= len(piece)
            if left < 0:
                raise Transient("the request was longer than announced")
            # Said before it is sent: from here on the service may have all of it.
            self.complete = left == 0
            yield piece
        if left:
            raise Transient("the request was shorter than announced")

    def failure(self, failure: Exception) -> OcrError:
        """Return what a failure of the connection means, as far as the request had come."""
        causes = (failure, *failure.args)
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
            return ConfigurationFault("the certificate of the OCR service's endpoint is not trusted")
        slow = any(isinstance(cause, urllib3.exceptions.TimeoutError | TimeoutError) for cause in causes)
        return self.lost("no answer came in time" if slow else "the connection failed")

    def lost(self, reason: str) -> OcrError:
        """Return the error of a request whose answer can't be had for ``reason``."""
        if self.complete:
            return OutcomeUnknown(reason)
        return Transient(f"{reason}, before the request was sent")
