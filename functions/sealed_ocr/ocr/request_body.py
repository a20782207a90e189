"""The body of a request while it is sent: whether it is complete, and what a failure then means."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator

import urllib3

from sealed_ocr.common.redaction import Redacted
from sealed_ocr.ocr.errors import ConfigurationFault, OcrError, OutcomeUnknown, Transient


class Body(Redacted, frozen=True):
    """The body of a request: media type, exact length in bytes, and pieces. Each piece is valid until the next."""

    content_type: str
    length: int
    pieces: Iterable[bytes | memoryview]


class SourceFailed(Exception):
    """The source of the body failed; ``failure`` is its exception.

    This class carries the exception through urllib3, which would take an ``OSError`` for a failed connection and wait
    for a response to half a request.
    """

    def __init__(self, failure: Exception) -> None:
        """Carry ``failure``."""
        super().__init__()
        self.failure = failure


class SendProgress:
    """How much of a request was handed to the network. ``complete`` is True once all of it was."""

    def __init__(self, body: Body | None, deadline: float) -> None:
        """Start with nothing sent. A request without a body is complete from the start."""
        self._body = body
        self._deadline = deadline
        self.complete = body is None

    def headers(self) -> dict[str, str]:
        """Return the headers that describe the body."""
        if self._body is None:
            return {}
        return {"Content-Type": self._body.content_type, "Content-Length": str(self._body.length)}

    def pieces(self) -> Iterator[bytes | memoryview]:
        """Yield the pieces of the body; raise ``SourceFailed`` if they fail, are late or have the wrong length."""
        try:
            yield from self._counted()
        except Exception as failure:  # noqa: BLE001 - not swallowed: SourceFailed carries it
            raise SourceFailed(failure) from None

    def _counted(self) -> Iterator[bytes | memoryview]:
        assert self._body is not None  # noqa: S101 - called only if there is a body
        left = self._body.length
        for piece in self._body.pieces:
            if time.monotonic() >= self._deadline:
                raise Transient("the request could not be sent in time")
            left -= len(piece)
            if left < 0:
                raise Transient("the request was longer than announced")
            # Set before the piece is sent: from here on the service may have the whole request.
            self.complete = left == 0
            yield piece
        if left:
            raise Transient("the request was shorter than announced")

    def failure(self, failure: Exception) -> OcrError:
        """Return the error that a failed connection stands for, by how much of the request was sent."""
        causes = (failure, *failure.args)
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
            return ConfigurationFault("the certificate of the OCR service's endpoint is not trusted")
        slow = any(isinstance(cause, urllib3.exceptions.TimeoutError | TimeoutError) for cause in causes)
        return self.lost("no response came in time" if slow else "the connection failed")

    def lost(self, reason: str) -> OcrError:
        """Return the error of a request whose response is missing for ``reason``."""
        if self.complete:
            return OutcomeUnknown(reason)
        return Transient(f"{reason}, before the request was sent")
