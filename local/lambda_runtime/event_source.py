"""The event source loop: receive, invoke, delete what succeeded.

moto's own mapping is not used: it calls the function inside every send, one record at a time, and ignores partial
failures. Redrive to the dead-letter queue is the queue's own work: it happens on receiving, by the receive count.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from local.lambda_runtime.batch_failures import failed_messages
from local.lambda_runtime.sqs_event import sqs_event

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from types_boto3_sqs.client import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

    from local.lambda_runtime.runtime_api import Outcome
    from local.pipeline.observer import Watcher

_PER_CALL = 10
"""The most messages that SQS gives or deletes in one call."""
_LONG_POLL = 5
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class EventSourceMapping:
    """What the template says of an event source mapping. ``window`` is the batching window in seconds."""

    queue_url: str
    queue_arn: str
    function: str
    batch_size: int
    window: int
    partial: bool
    maximum_concurrency: int


class EventSource:
    """Feeds a function from a queue with ``pollers`` threads, each with one batch in hand at a time."""

    def __init__(
        self,
        mapping: EventSourceMapping,
        sqs: SQSClient,
        invoke: Callable[[bytes], Outcome],
        *,
        pollers: int,
        watcher: Watcher,
    ) -> None:
        self._mapping, self._sqs, self._invoke, self._watcher = mapping, sqs, invoke, watcher
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._poll, name=f"poller-{n}", daemon=True) for n in range(1, pollers + 1)
        ]

    def start(self) -> None:
        """Start polling."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Take no further batch; those in hand end by themselves."""
        self._stopping.set()

    def _poll(self) -> None:
        while not self._stopping.is_set():
            try:
                batch = self._batch()
                if batch and not self._stopping.is_set():
                    self._serve(batch)
            except (BotoCoreError, ClientError) as error:
                if not self._stopping.wait(1):
                    _log.warning("polling %s: %s", self._mapping.queue_arn, error)

    def _batch(self) -> list[MessageTypeDef]:
        batch = self._receive(self._mapping.batch_size, _LONG_POLL)
        closes = time.monotonic() + self._mapping.window
        while batch and len(batch) < self._mapping.batch_size and time.monotonic() < closes:
            more = self._receive(self._mapping.batch_size - len(batch), 0)
            batch += more
            if not more:
                self._stopping.wait(0.1)
        return batch

    def _receive(self, wanted: int, wait: int) -> list[MessageTypeDef]:
        received = self._sqs.receive_message(
            QueueUrl=self._mapping.queue_url,
            MaxNumberOfMessages=min(wanted, _PER_CALL),
            WaitTimeSeconds=wait,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        for message in received:
            self._watcher.taken(message)
        return received

    def _serve(self, batch: Sequence[MessageTypeDef]) -> None:
        self._watcher.invoked(batch)
        outcome = self._invoke(json.dumps(sqs_event(batch, self._mapping.queue_arn)).encode())
        if outcome.error_type is not None and not self._stopping.is_set():
            _log.warning("%s: %s", self._mapping.function, outcome.error_type)
        failed = failed_messages(outcome, {message["MessageId"] for message in batch}, partial=self._mapping.partial)
        self._watcher.ended(batch, failed)
        done = [message for message in batch if message["MessageId"] not in failed]
        for start in range(0, len(done), _PER_CALL):
            self._sqs.delete_message_batch(
                QueueUrl=self._mapping.queue_url,
                Entries=[
                    {"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]}
                    for n, message in enumerate(done[start : start + _PER_CALL])
                ],
            )
