"""The example consumer in a process of its own, as its users start it."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from local.processes.aws_clients import CREDENTIALS, REGION
from local.processes.child import ROOT

if TYPE_CHECKING:
    import signal

    from local.pipeline.pipeline import Pipeline

_SECONDS = 60


class Consuming:
    """Runs to the end of its block at most; ``log`` is all that it has printed."""

    def __init__(self, pipeline: Pipeline, table: str, log: Path) -> None:
        self._log = log
        environment = {
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": pipeline.aws.url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            **CREDENTIALS,
        }
        options = {
            "--queue-url": pipeline.output("ResultsQueueUrl"),
            "--verify-url": pipeline.verify_url,
            "--inbox-table": table,
            "--wait-seconds": "1",
        }
        command = [sys.executable, str(ROOT / "examples" / "consumer.py")]
        with log.open("wb") as sink:
            self._process = subprocess.Popen(
                [*command, *(word for option in options.items() for word in option)],
                env=environment,
                cwd=log.parent,
                stdout=sink,
                stderr=sink,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()

    def stop(self, how: signal.Signals) -> int:
        """Send it a signal; return its exit code."""
        self._process.send_signal(how)
        return self._process.wait(_SECONDS)

    @property
    def log(self) -> str:
        return self._log.read_text()


def counts(pipeline: Pipeline, url: str) -> tuple[int, int]:
    """Return how many messages of the queue are visible, and how many are not."""
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = pipeline.aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return int(found[names[0]]), int(found[names[1]])
