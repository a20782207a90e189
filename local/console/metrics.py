"""The depth of the queues and the counters of the OCR service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.domain.operations import SEALED_OPERATIONS
from local.pipeline.messages import queue_depth

if TYPE_CHECKING:
    from emulator.control.client import ControlClient
    from local.console.record import Record
    from local.pipeline.pipeline import Pipeline

_QUEUES = {
    "uploads": "UploadsQueueUrl",
    "uploads' dead letters": "UploadsDeadLetterQueueUrl",
    "results": "ResultsQueueUrl",
    "results' dead letters": "ResultsDeadLetterQueueUrl",
}


class Metrics:
    """Reads the queues' attributes and the emulator's counters into the record."""

    def __init__(self, record: Record, pipeline: Pipeline, control: ControlClient | None) -> None:
        self._record, self._control = record, control
        self._sqs = pipeline.aws.sqs
        self._urls = {name: pipeline.output(output) for name, output in _QUEUES.items()}

    def poll(self) -> None:
        """Read the current values."""
        depths = {name: queue_depth(self._sqs, url) for name, url in self._urls.items()}
        self._record.set_topic(
            "queues",
            [
                {"name": name, "visible": depth.visible, "notVisible": depth.not_visible}
                for name, depth in depths.items()
            ],
        )
        if self._control:
            counters = self._control.counters()
            calls = sum(counters.calls.get(operation, 0) for operation in SEALED_OPERATIONS)
            self._record.set_topic(
                "counters",
                {
                    "calls": calls,
                    "publicKeys": counters.calls.get("public-keys", 0),
                    "paid": counters.paid.total,
                    "most": self._record.max_per_document(counters.paid.by_image),
                },
            )
