"""The worker that handles whole documents as the analyze function does: ``batch-N BYTES COUNT``, for N of 1, 10 and 50.

A module of its own, so that nothing but the function is in its process.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import analyze
from aws_lambda_powertools.utilities.typing import LambdaContext

from bench.measurement.worker import repeat
from bench.services.events import sqs_event

BATCHES = (1, 10, 50)


class _Context(LambdaContext):
    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 120_000


def main() -> None:
    """Serve the jobs."""
    repeat({f"batch-{count}": partial(job, count) for count in BATCHES})


def job(count: int, size: int) -> Callable[[], object]:
    """Return the work of one batch."""

    def work() -> None:
        if handle(sqs_event(count, size)):
            raise RuntimeError("a document failed")

    return work


def handle(event: dict[str, Any]) -> int:
    """Handle one batch; return how many of its documents must come again."""
    return len(analyze.handler(event, _Context())["batchItemFailures"])


if __name__ == "__main__":
    main()
