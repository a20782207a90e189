"""The responses without a verdict: RFC 9457 problems with stable types."""

from __future__ import annotations

from typing import Any

MEDIA_TYPE = "application/problem+json"

# Every problem type of this API and its HTTP status. The OpenAPI description is generated from this table.
STATUSES: dict[str, int] = {
    "invalid-claim": 400,
    "invalid-request": 400,
    "not-found": 404,
    "unknown-document": 404,
    "method-not-allowed": 405,
    "verification-in-progress": 409,
    "request-key-spent": 409,
    "lock-guard": 409,
    "request-key-expired": 410,
    "claim-too-large": 413,
    "idempotency-key-reused": 422,
    "card-locked": 423,
    "rate-limited": 429,
    "internal-error": 500,
    "ocr-error": 502,
    "temporarily-unavailable": 503,
    "outcome-unknown": 504,
}


class Problem(Exception):
    """A response without a verdict. ``detail`` is our own sentence and quotes nothing of the request."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        retry_after: int | None = None,
        errors: list[dict[str, str]] | None = None,
    ) -> None:
        """``kind`` is one of ``STATUSES``; ``retry_after`` is in seconds; ``errors`` names fields and their faults."""
        super().__init__(kind)
        self.kind = kind
        self.detail = detail
        self.status = STATUSES[kind]
        self.retry_after = retry_after
        self.errors = errors
        # What the lock guard knows. It sets this when it has counted the claim, or refused it.
        self.attempts_left: int | None = None

    def body(self) -> dict[str, Any]:
        """Return the problem details object."""
        # A verdict needs no texts.
        from sealed_ocr.common.advice import PROBLEMS

        advice = PROBLEMS[self.kind]
        return {
            "type": self.kind,
            "title": self.kind.replace("-", " ").capitalize(),
            "status": self.status,
            "detail": self.detail,
            **({"errors": self.errors} if self.errors else {}),
            "final": advice.final,
            "advice": {"ko": advice.ko, "en": advice.en},
        }

    def headers(self) -> dict[str, str]:
        """Return the headers of the response."""
        if self.kind == "method-not-allowed":
            return {"Allow": "POST"}
        retry_after = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return retry_after | attempts_left_header(self.attempts_left)


def attempts_left_header(attempts_left: int | None) -> dict[str, str]:
    """Return the header with what the lock guard knows, if it knows it."""
    return {} if attempts_left is None else {"Attempts-Left": str(attempts_left)}
