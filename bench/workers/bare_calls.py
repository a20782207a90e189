"""A worker that makes a document's AWS calls with boto3 and nothing else.

Run it as ``python -m bench.workers.bare_calls CALLS.json``. The file holds the calls that the function made for one
document (``LocalServices.take_aws_calls``), by the image's size.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import boto3

from bench.measurement.worker import serve_jobs

_METHODS = {"GetObject": "get_object", "SendMessage": "send_message", "UpdateItem": "update_item"}
_CHUNK_BYTES = 256 * 1024


def main() -> None:
    """Serve ``calls BYTES COUNT``."""
    calls: dict[str, list[dict[str, Any]]] = json.loads(Path(sys.argv[1]).read_bytes())
    serve_jobs({"calls": lambda size: job(calls[str(size)])})


def job(calls: Sequence[dict[str, Any]]) -> Callable[[], object]:
    """Return the work for one document."""
    bound = [(getattr(_client(call["service"]), _METHODS[call["operation"]]), call["parameters"]) for call in calls]

    def work() -> None:
        for method, parameters in bound:
            answer = method(**parameters)
            if "Body" in answer:
                for _ in answer["Body"].iter_chunks(_CHUNK_BYTES):
                    pass

    return work


@functools.cache
def _client(service: Literal["s3", "dynamodb", "sqs"]) -> Any:
    return boto3.client(service)


if __name__ == "__main__":
    main()
