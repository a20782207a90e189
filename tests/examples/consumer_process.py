"""The example consumer as a process, started as its users start it."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from local.processes.aws_clients import CREDENTIALS, REGION
from local.processes.child import ROOT
from tests.support.polling import PATIENCE

if TYPE_CHECKING:
    import signal

    from local.pipeline.pipeline import Pipeline


class ConsumerProcess:
    """A context manager that kills the process at its end. ``log`` is everything that the process printed."""

    def __init__(self, pipeline: Pipeline, table: str, log: Path, script: str = "consumer.py", **more: str) -> None:
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
            "--inbox-table": table,
            "--wait-seconds": "1",
        }
        options |= {f"--{name}": value for name, value in more.items()} or {"--verify-url": pipeline.verify_url}
        command = [sys.executable, str(ROOT / "examples" / script)]
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

    def stop(self, signal_number: signal.Signals) -> int:
        """Send a signal; return the exit code."""
        self._process.send_signal(signal_number)
        return self._process.wait(PATIENCE)

    @property
    def log(self) -> str:
        return self._log.read_text()


def count_messages(pipeline: Pipeline, url: str) -> tuple[int, int]:
    """Return the number of visible messages in the queue, and of those in flight."""
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = pipeline.aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return int(found[names[0]]), int(found[names[1]])
