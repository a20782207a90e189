"""One event's way through a function's process, and how it ended."""

from __future__ import annotations

import hashlib
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

    @property
    def trace_header(self) -> str:
        """The trace that Lambda names with active tracing, and the lineage of its loop detection."""
        digits = hashlib.sha256(self.request_id.encode()).hexdigest()
        return (
            f"Root=1-{self.deadline_ms // 1000:08x}-{digits[:24]};Parent={digits[24:40]};Sampled=1"
            f";Lineage=1:{digits[40:48]}:0"
        )
