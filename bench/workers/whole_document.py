"""A worker that handles whole documents with the analyze function: ``batch-N BYTES COUNT``, for N of 1, 10 and 50.

The process imports nothing but the function and this worker.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import analyze
from aws_lambda_powertools.utilities.typing import LambdaContext

from bench.measurement.worker import serve_jobs
from bench.services.events import sqs_event

BATCHES = (1, 10, 50)


class _Context(LambdaContext):
    _aws_request_id = "bench"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 120_000


def main() -> None:
    """Serve the jobs."""
    serve_jobs({f"batch-{count}": partial(job, count) for count in BATCHES})


def job(count: int, size: int) -> Callable[[], object]:
    """Return the work for one batch."""

    def work() -> None:
        if handle(sqs_event(count, size)):
            raise RuntimeError("a document failed")

    return work


def handle(event: dict[str, Any]) -> int:
    """Handle one batch; return how many of its documents the function returned for a retry."""
    return len(analyze.handler(event, _Context())["batchItemFailures"])


if __name__ == "__main__":
    main()
