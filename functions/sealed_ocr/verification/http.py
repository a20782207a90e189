"""HTTP of the verify function: Function URL events (payload format 2.0) in, responses out."""

from __future__ import annotations

import base64
import re
from typing import Any

import msgspec

from sealed_ocr.common.redaction import Redacted
from sealed_ocr.verification.problems import MEDIA_TYPE, Problem, attempts_left_header

_PATH = re.compile(r"/documents/([^/]+)/authenticity")
_DOCUMENT_ID = re.compile(r"[0-9a-f]{32}")
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class _Http(msgspec.Struct):
    method: str


class _RequestContext(msgspec.Struct):
    http: _Http


class HttpRequest(Redacted, frozen=True, rename="camel"):
    """The members of a Function URL event that are used. A direct invocation needs only the path and the body."""

    request_context: _RequestContext
    raw_path: str
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    body: str | None = None
    is_base64_encoded: bool = False

    @classmethod
    def from_event(cls, event: dict[str, Any]) -> HttpRequest:
        """Read a Function URL event.

        Raises
        ------
        Problem
            ``invalid-request``.
        """
        try:
            return msgspec.convert(event, cls)
        except msgspec.ValidationError:
            raise Problem("invalid-request", "the event is no HTTP request of a Function URL") from None

    def document_id(self) -> str:
        """Return the ``documentId`` of the path.

        Raises
        ------
        Problem
            ``not-found``, ``method-not-allowed`` or ``unknown-document``.
        """
        path = _PATH.fullmatch(self.raw_path)
        if not path:
            raise Problem("not-found", "there is nothing here; POST a claim to /documents/{documentId}/authenticity")
        if self.request_context.http.method != "POST":
            raise Problem("method-not-allowed", "only POST is allowed here")
        if not _DOCUMENT_ID.fullmatch(path[1]):
            raise Problem("unknown-document", "a documentId has 32 hexadecimal digits")
        return path[1]

    def content(self) -> bytes:
        """Return the body.

        Raises
        ------
        Problem
            ``invalid-claim`` if it is neither text nor Base64.
        """
        body = self.body or ""
        try:
            return base64.b64decode(body) if self.is_base64_encoded else body.encode()
        except ValueError:
            raise Problem("invalid-claim", "the body is not JSON") from None

    def idempotency_key(self) -> str:
        """Return the header ``Idempotency-Key``, or "".

        Raises
        ------
        Problem
            ``invalid-request`` if its characters or its length are not allowed.
        """
        # Lambda sends header names in lower case; a direct invocation may not.
        key = next((value for name, value in self.headers.items() if name.lower() == "idempotency-key"), None)
        if key is not None and not _IDEMPOTENCY_KEY.fullmatch(key):
            raise Problem("invalid-request", "an Idempotency-Key has 1 to 255 visible ASCII characters")
        return key or ""


def verdict_response(document_id: str, verdict: bool, attempts_left: int | None) -> dict[str, Any]:
    """Return the response with a verdict."""
    body = {"documentId": document_id, "isAuthenticity": verdict}
    return _response(200, {"Content-Type": "application/json", **attempts_left_header(attempts_left)}, body)


def problem_response(problem: Problem) -> dict[str, Any]:
    """Return the response without a verdict."""
    return _response(problem.status, {"Content-Type": MEDIA_TYPE, **problem.headers()}, problem.body())


def _response(status: int, headers: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": status, "headers": headers, "body": msgspec.json.encode(body).decode()}
