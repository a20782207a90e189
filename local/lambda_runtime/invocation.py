"""One event's way through a function's process, and how it ended."""

from __future__ import annotations

import json
from concurrent.futures import Future
from dataclasses import dataclass, field


@dataclass(frozen=True)
class InvocationResult:
    """The result of an invocation: the handler's response, or the error document with its type."""

    payload: bytes
    error_type: str | None = None

    @classmethod
    def failure(cls, error_type: str, message: str) -> InvocationResult:
        """Return the result that Lambda itself reports when the process cannot."""
        return cls(json.dumps({"errorType": error_type, "errorMessage": message}).encode(), error_type)


@dataclass(frozen=True)
class Invocation:
    """An event for a process. ``deadline_ms`` is in milliseconds since the epoch; ``result`` is set at the end."""

    request_id: str
    payload: bytes
    function_arn: str
    deadline_ms: int
    result: Future[InvocationResult] = field(default_factory=Future)
