"""Looks once at every message of a queue, and takes out what it is about.

SQS cannot be searched: to see a message is to receive it, which hides it from others and counts as one of its receives.
So every message is received once, by several threads, hidden until all have been seen, and then made visible again. If
this process dies, they become visible by themselves.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from sealed_ocr.aws.errors import translate_errors

from ops.common.visibility import BATCH_ENTRIES, hide
from ops.erase.look import Bounds, Content, Look, LookEnd

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

# For the last answers, and for showing the messages again.
_MARGIN_SECONDS = 120


class QueueLook:
    """One look at one queue. ``content`` says what a body holds; several threads call it."""

    def __init__(self, sqs: SQSClient, name: str, url: str, content: Callable[[str], Content], bounds: Bounds) -> None:
        self._sqs, self._name, self._url, self._content, self._bounds = sqs, name, url, content, bounds
        self._until = time.monotonic() + bounds.seconds
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._seen: set[str] = set()
        self._hidden: dict[str, None] = {}
        self._found: Counter[str] = Counter()
        self._unreadable = 0
        self._ended: LookEnd = "empty"

    def run(self) -> Look:
        """Look at every message, and delete what is about the documents.

        Raises
        ------
        AwsError
            If SQS fails or refuses.
        """
        in_flight = self._count_in_flight()
        try:
            with ThreadPoolExecutor(self._bounds.threads) as threads:
                for receiving in [threads.submit(self._receive_all) for _ in range(self._bounds.threads)]:
                    receiving.result()
        except BaseException:
            # The operator may have interrupted it. The threads end with their present call.
            self._stopped.set()
            raise
        finally:
            self._show()
        return Look(self._name, len(self._seen), dict(self._found), self._unreadable, in_flight, self._ended)

    def _count_in_flight(self) -> int:
        with translate_errors("GetQueueAttributes"):
            found = self._sqs.get_queue_attributes(
                QueueUrl=self._url, AttributeNames=["ApproximateNumberOfMessagesNotVisible"]
            )
        return int(found["Attributes"]["ApproximateNumberOfMessagesNotVisible"])

    def _receive_all(self) -> None:
        try:
            while not self._is_over() and (received := self._receive()):
                with self._lock:
                    self._hidden |= dict.fromkeys(message["ReceiptHandle"] for message in received)
                for message in received:
                    self._examine(message)
        except BaseException:
            self._stopped.set()
            raise

    def _is_over(self) -> bool:
        if time.monotonic() >= self._until:
            self._ended = "time"
        elif len(self._seen) >= self._bounds.messages:
            self._ended = "count"
        return self._stopped.is_set() or self._ended != "empty"

    def _receive(self) -> list[MessageTypeDef]:
        with translate_errors("ReceiveMessage"):
            received = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=BATCH_ENTRIES,
                VisibilityTimeout=self._bounds.seconds + _MARGIN_SECONDS,
                WaitTimeSeconds=self._bounds.poll_seconds,
                MessageAttributeNames=["All"],
            )
        return received.get("Messages", [])

    def _examine(self, message: MessageTypeDef) -> None:
        content = self._content(message["Body"])
        with self._lock:
            if message["MessageId"] not in self._seen:
                self._seen.add(message["MessageId"])
                self._found.update(content.document_ids)
                self._unreadable += not content.readable
        if content.document_ids:
            self._take_out(message, content.remaining)

    def _take_out(self, message: MessageTypeDef, remaining: str | None) -> None:
        if remaining is not None:
            with translate_errors("SendMessage"):
                attributes: Any = message.get("MessageAttributes", {})
                self._sqs.send_message(QueueUrl=self._url, MessageBody=remaining, MessageAttributes=attributes)
        with translate_errors("DeleteMessage"):
            self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        with self._lock:
            del self._hidden[message["ReceiptHandle"]]

    def _show(self) -> None:
        """Make all messages visible again. What SQS refuses to show is visible, or becomes so by itself."""
        handles = [*self._hidden]
        batches = [handles[first : first + BATCH_ENTRIES] for first in range(0, len(handles), BATCH_ENTRIES)]
        with ThreadPoolExecutor(self._bounds.threads) as threads:
            for _ in threads.map(lambda batch: hide(self._sqs, self._url, batch, 0), batches):
                pass
