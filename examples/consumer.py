"""A consumer of Sealed OCR's results, to be copied: see README.md beside it. Put your own work into ``Desk``."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from desk import Desk
from inbox import Begun, DynamoInbox, Inbox, MemoryInbox
from messages import Messages, Unreadable
from verdicts import Later, Verdicts

if TYPE_CHECKING:
    from cloudevents.core.base import BaseCloudEvent
    from types_boto3_sqs.client import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

VISIBILITY_SECONDS = 120
"""Longer than the work on one message can take: as long as this, nobody else is given it."""
log = logging.getLogger("consumer")


class Consumer:
    """Takes messages from the queue, and deletes those whose work is done. Every other is left to the queue."""

    def __init__(self, sqs: SQSClient, queue_url: str, messages: Messages, inbox: Inbox, desk: Desk) -> None:
        self._sqs, self._queue = sqs, queue_url
        self._messages, self._inbox, self._desk = messages, inbox, desk

    def run(self, stopping: threading.Event, wait_seconds: int) -> None:
        """Work until ``stopping`` is set: what is in hand is finished, what was not begun is given back."""
        while not stopping.is_set():
            try:
                batch = self._receive(wait_seconds)
                held = time.monotonic()
                while batch and not stopping.is_set():
                    if time.monotonic() - held > VISIBILITY_SECONDS / 2:
                        self._hide(batch, VISIBILITY_SECONDS)
                        held = time.monotonic()
                    self._take(batch.pop(0))
                self._hide(batch, 0)
            except (BotoCoreError, ClientError) as failure:
                log.warning("AWS: %s", _why(failure))
                stopping.wait(5)

    def _receive(self, wait_seconds: int) -> list[MessageTypeDef]:
        received = self._sqs.receive_message(
            QueueUrl=self._queue,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=wait_seconds,
            VisibilityTimeout=VISIBILITY_SECONDS,
        )
        return received.get("Messages", [])

    def _take(self, message: MessageTypeDef) -> None:
        try:
            event = self._messages.read(message["Body"])
        except Unreadable as why:
            log.warning("message %s is left to the queue: %s", message["MessageId"], why)
            return
        document_id = event.get_id()
        begun = self._inbox.begin(document_id)
        if begun is Begun.ELSEWHERE:
            log.info("%s is in hand elsewhere", document_id)
            return
        if begun is Begun.DONE:
            log.info("%s was handled before", document_id)
        elif not self._work(event, message):
            return
        self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])

    def _work(self, event: BaseCloudEvent, message: MessageTypeDef) -> bool:
        """Return whether the work is done."""
        document_id = event.get_id()
        try:
            self._desk.work(event)
        except Later as later:
            log.info("%s comes again in %d s: %s", document_id, later.seconds, later)
            self._inbox.drop(document_id)
            self._hide([message], later.seconds)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the message must come again
            # The type alone: an exception's text, and a trace, may quote what was read.
            log.warning("%s is left to the queue: %s", document_id, type(failure).__name__)
            self._inbox.drop(document_id)
        else:
            self._inbox.done(document_id)
            return True
        return False

    def _hide(self, messages: list[MessageTypeDef], seconds: int) -> None:
        if messages:
            self._sqs.change_message_visibility_batch(
                QueueUrl=self._queue,
                Entries=[
                    {"Id": str(place), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": seconds}
                    for place, message in enumerate(messages)
                ],
            )


def _why(failure: BotoCoreError | ClientError) -> str:
    # AWS's own word for it, such as AccessDenied. The text around it may name what was asked for.
    if isinstance(failure, ClientError):
        return str(failure.response.get("Error", {}).get("Code"))
    return type(failure).__name__


def main() -> None:
    """Consume until SIGTERM or SIGINT."""
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    session = boto3.Session()
    inbox = DynamoInbox(session.client("dynamodb"), options.inbox_table) if options.inbox_table else MemoryInbox()
    desk = Desk(Verdicts(session, options.verify_url) if options.verify_url else None)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    log.info("waiting for messages")
    consumer = Consumer(session.client("sqs"), options.queue_url, Messages(options.schemas), inbox, desk)
    consumer.run(stopping, options.wait_seconds)
    log.info("stopped")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Consume the messages of Sealed OCR.")
    parser.add_argument("--queue-url", required=True, help="the stack's output ResultsQueueUrl")
    parser.add_argument(
        "--verify-url", type=_address, help="its output VerifyFunctionUrl; without it no verdict is asked for"
    )
    parser.add_argument(
        "--inbox-table", help="a DynamoDB table for what was handled; without it: this process's memory"
    )
    parser.add_argument("--schemas", type=Path, default=Path(__file__).resolve().parent.parent / "schemas")
    parser.add_argument(
        "--wait-seconds",
        type=int,
        choices=range(21),
        default=20,
        metavar="SECONDS",
        help="a poll's length, 0 to 20: how long a stop may take when idle",
    )
    return parser.parse_args()


def _address(text: str) -> str:
    # Anything else would fail at each claim, and look like a service that is away.
    parts = urlsplit(text)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise argparse.ArgumentTypeError("must be the whole address, https://…")
    return text


if __name__ == "__main__":
    main()
