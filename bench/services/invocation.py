"""Invokes a function and refuses to measure a failed invocation."""

from __future__ import annotations

import json
from typing import Any

from local.lambda_runtime.process import FunctionProcess


class FunctionFailed(Exception):
    """The function did not do the work that is to be measured."""


def invoke(process: FunctionProcess, event: dict[str, Any]) -> None:
    """Invoke the function with ``event``.

    Raises
    ------
    FunctionFailed
        If the invocation failed, or the function returned a message of its batch for a retry.
    """
    outcome = process.invoke(json.dumps(event).encode())
    answer = json.loads(outcome.payload)
    if outcome.error_type or (answer or {}).get("batchItemFailures"):
        raise FunctionFailed(f"the function failed: {outcome.payload[:300]!r}")
