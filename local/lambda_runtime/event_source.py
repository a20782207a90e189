"""An SQS event source mapping: receive a batch, invoke the function, delete the messages that succeeded.

moto's own mapping is not used. It invokes the function inside every send, one record at a time, and ignores partial
failures. SQS itself moves messages to the dead-letter queue, on receiving, by their receive count.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from local.lambda_runtime.batch_failures import failed_messages
from local.lambda_runtime.sqs_event import sqs_event

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from types_boto3_sqs.client import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

    from local.lambda_runtime.invocation import InvocationResult

_MAX_PER_CALL = 10
"""The largest number of messages that SQS returns or deletes in one call."""
_LONG_POLL_SECONDS = 5
_log = logging.getLogger(__name__)


class DeliveryObserver(Protocol):
    """Is called for each delivery, from the polling threads. Its methods return quickly and raise nothing."""

    def received(self, message: MessageTypeDef) -> None:
        """Handle that the event source received a message."""
        ...

    def invoked(self, batch: Sequence[MessageTypeDef]) -> None:
        """Handle that the function is invoked with these messages."""
        ...

    def completed(self, batch: Sequence[MessageTypeDef], failed: Collection[str]) -> None:
        """Handle the end of the invocation. Messages whose ids are in ``failed`` stay in the queue."""
        ...


@dataclass(frozen=True)
class EventSourceMapping:
    """An event source mapping as the template describes it. ``window`` is the batching window in seconds."""

    queue_url: str
    queue_arn: str
    function: str
    batch_size: int
    window: int
    partial: bool
    maximum_concurrency: int


class EventSource:
    """Polls a queue for a function with ``pollers`` threads. Each thread processes one batch at a time."""

    def __init__(
        self,
        mapping: EventSourceMapping,
        sqs: SQSClient,
        invoke: Callable[[bytes], InvocationResult],
        *,
        pollers: int,
        observer: DeliveryObserver,
    ) -> None:
        self._mapping, self._sqs, self._invoke, self._observer = mapping, sqs, invoke, observer
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._poll, name=f"poller-{n}", daemon=True) for n in range(1, pollers + 1)
        ]

    def start(self) -> None:
        """Start polling."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Process no further batch. Batches in progress are still completed."""
        self._stopping.set()

    def _poll(self) -> None:
        while not self._stopping.is_set():
            try:
                batch = self._receive_batch()
                if batch and not self._stopping.is_set():
                    self._process(batch)
            except (BotoCoreError, ClientError) as error:
                if not self._stopping.wait(1):
                    _log.warning("polling %s failed: %s", self._mapping.queue_arn, error)

    def _receive_batch(self) -> list[MessageTypeDef]:
        batch = self._receive(self._mapping.batch_size, _LONG_POLL_SECONDS)
        window_end = time.monotonic() + self._mapping.window
        while batch and len(batch) < self._mapping.batch_size and time.monotonic() < window_end:
            more = self._receive(self._mapping.batch_size - len(batch), 0)
            batch += more
            if not more:
                self._stopping.wait(0.1)
        return batch

    def _receive(self, count: int, wait_seconds: int) -> list[MessageTypeDef]:
        messages = self._sqs.receive_message(
            QueueUrl=self._mapping.queue_url,
            MaxNumberOfMessages=min(count, _MAX_PER_CALL),
            WaitTimeSeconds=wait_seconds,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        for message in messages:
            self._observer.received(message)
        return messages

    def _process(self, batch: Sequence[MessageTypeDef]) -> None:
        self._observer.invoked(batch)
        result = self._invoke(json.dumps(sqs_event(batch, self._mapping.queue_arn)).encode())
        if result.error_type is not None and not self._stopping.is_set():
            _log.warning("%s: %s", self._mapping.function, result.error_type)
        failed = failed_messages(result, {message["MessageId"] for message in batch}, partial=self._mapping.partial)
        self._observer.completed(batch, failed)
        succeeded = [message for message in batch if message["MessageId"] not in failed]
        for start in range(0, len(succeeded), _MAX_PER_CALL):
            self._sqs.delete_message_batch(
                QueueUrl=self._mapping.queue_url,
                Entries=[
                    {"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]}
                    for n, message in enumerate(succeeded[start : start + _MAX_PER_CALL])
                ],
            )
