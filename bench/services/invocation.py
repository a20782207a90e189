"""Invoking a function of the bench: what fails is not measured."""

from __future__ import annotations

import json
from typing import Any

from local.lambda_runtime.process import FunctionProcess


class FunctionFailed(Exception):
    """The function did not do what is to be measured."""


def invoke(process: FunctionProcess, event: dict[str, Any]) -> None:
    """Have the event handled, all of it.

    Raises
    ------
    FunctionFailed
        when it was not, or a message of its batch is to come again.
    """
    outcome = process.invoke(json.dumps(event).encode())
    answer = json.loads(outcome.payload)
    if outcome.error_type or (answer or {}).get("batchItemFailures"):
        raise FunctionFailed(f"the function failed: {outcome.payload[:300]!r}")
