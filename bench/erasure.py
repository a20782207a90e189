"""Measures a look at a long queue, as ``ops erase`` takes it: ``PYTHONPATH=functions python -m bench.erasure 10000``.

The emulated SQS runs on this machine. What carries over to AWS is the number of calls; their time is AWS's.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from local.processes.aws_clients import AwsClients
from local.processes.child import Child
from ops.erase.look import Bounds, Content
from ops.erase.queue_look import QueueLook

_BODY_BYTES = 3000
_SECONDS_PER_CALL = 0.020


def main() -> None:
    """Print the seconds and calls of a look at a queue with that many messages, and what they mean on AWS."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("messages", type=int, nargs="?", default=5000)
    number = parser.parse_args().messages
    with tempfile.TemporaryDirectory() as logs:
        child = Child.start_server(Path(logs), "local.processes.moto_server")
        try:
            _measure(AwsClients(child.announcement()["url"]), number)
        finally:
            child.kill()


def _measure(aws: AwsClients, number: int) -> None:
    queue = aws.sqs.create_queue(QueueName="results")["QueueUrl"]
    for first in range(0, number, 10):
        bodies = [
            json.dumps({"data": {"document": {"documentId": f"{each:032x}"}, "result": "." * _BODY_BYTES}})
            for each in range(first, min(first + 10, number))
        ]
        entries = [{"Id": str(place), "MessageBody": body} for place, body in enumerate(bodies)]
        aws.sqs.send_message_batch(QueueUrl=queue, Entries=entries)  # type: ignore[arg-type]  # dicts of strings
    calls: list[str] = []
    aws.sqs.meta.events.register("before-call.sqs", lambda model, **_: calls.append(model.name))
    began = time.perf_counter()
    look = QueueLook(aws.sqs, "results", queue, lambda _: Content(()), Bounds(seconds=3600)).run()
    seconds = time.perf_counter() - began
    counted = ", ".join(f"{calls.count(name)} {name}" for name in sorted(set(calls)))
    sys.stdout.write(f"{look.looked} messages, ended {look.ended}: {seconds:.1f} s here; {counted}\n")
    at_100_000 = len(calls) / number * 100_000 * _SECONDS_PER_CALL / Bounds().threads
    at_once = f"{_SECONDS_PER_CALL * 1000:.0f} ms for a call and {Bounds().threads} threads"
    sys.stdout.write(f"100,000 messages at {at_once}: {at_100_000:.0f} s\n")


if __name__ == "__main__":
    main()
