"""A consumer of Sealed OCR's messages, to be copied. See README.md. Your own code goes into ``handler.py``."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from handler import DocumentHandler
from inbox import LEASE_SECONDS, BeginResult, DynamoInbox, Inbox, MemoryInbox
from message_types import Erased
from messages import InvalidMessage, read_message
from verification_client import RetryLater, VerificationClient

if TYPE_CHECKING:
    from messages import Event
    from sealed_messages import PrivateKeys
    from types_boto3_sqs.client import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

VISIBILITY_SECONDS = 120
"""Longer than the processing of one message can take. During this time no other consumer receives it."""
log = logging.getLogger("consumer")


class Handler(Protocol):
    """Processes a document. See ``DocumentHandler``."""

    def handle(self, event: Event) -> None:
        """Process the document of a message."""


class Consumer:
    """Receives messages, and deletes those that were processed. All others stay in the queue."""

    def __init__(
        self, sqs: SQSClient, queue_url: str, inbox: Inbox, handler: Handler, private_keys: PrivateKeys | None = None
    ) -> None:
        """``private_keys`` open messages that are sealed. Without them, such a message stays in the queue."""
        self._sqs, self._queue = sqs, queue_url
        self._inbox, self._handler, self._private_keys = inbox, handler, private_keys

    def run(self, stopping: threading.Event, wait_seconds: int) -> None:
        """Consume until ``stopping`` is set. Then finish the current message and make the rest of its batch visible."""
        while not stopping.is_set():
            try:
                batch = self._receive(wait_seconds)
                hidden_at = time.monotonic()
                while batch and not stopping.is_set():
                    if time.monotonic() - hidden_at > VISIBILITY_SECONDS / 2:
                        self._set_visibility(batch, VISIBILITY_SECONDS)
                        hidden_at = time.monotonic()
                    self._process(batch.pop(0))
                self._set_visibility(batch, 0)
            except (BotoCoreError, ClientError) as error:
                log.warning("AWS: %s", _error_code(error))
                stopping.wait(5)

    def _receive(self, wait_seconds: int) -> list[MessageTypeDef]:
        received = self._sqs.receive_message(
            QueueUrl=self._queue,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=wait_seconds,
            VisibilityTimeout=VISIBILITY_SECONDS,
        )
        return received.get("Messages", [])

    def _process(self, message: MessageTypeDef) -> None:
        try:
            event = read_message(message["Body"], self._private_keys)
        except InvalidMessage as error:
            log.warning("message %s stays in the queue: %s", message["MessageId"], error)
            return
        document_id = event.id
        found = self._inbox.begin(document_id)
        if found is BeginResult.IN_PROGRESS:
            log.info("%s is being processed elsewhere", document_id)
            return
        if found is BeginResult.ALREADY_DONE:
            log.info("%s was processed before", document_id)
        elif not self._handle(event, message):
            return
        self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])

    def _handle(self, event: Event, message: MessageTypeDef) -> bool:
        """Return whether the document was processed."""
        document_id = event.id
        try:
            if isinstance(event, Erased):
                self._close(event.data.document.documentId)
            self._handler.handle(event)
        except RetryLater as later:
            log.info("%s is retried in %d s: %s", document_id, later.seconds, later)
            self._inbox.release(document_id)
            self._set_visibility([message], later.seconds)
        except Exception as error:  # noqa: BLE001 - after any error the message must be delivered again
            # Only the type: the text or the traceback of an exception may quote recognised values.
            log.warning("%s stays in the queue: %s", document_id, type(error).__name__)
            self._inbox.release(document_id)
        else:
            self._inbox.complete(document_id)
            return True
        return False

    def _close(self, document_id: str) -> None:
        """Let no other message about an erased document be processed, even one that comes later.

        Raises
        ------
        RetryLater
            If one is being processed now.
        """
        for message_id in (document_id, f"{document_id}-delayed"):
            if self._inbox.begin(message_id) is BeginResult.IN_PROGRESS:
                raise RetryLater("another message about the document is in progress", LEASE_SECONDS)
            self._inbox.complete(message_id)

    def _set_visibility(self, messages: list[MessageTypeDef], seconds: int) -> None:
        if messages:
            self._sqs.change_message_visibility_batch(
                QueueUrl=self._queue,
                Entries=[
                    {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": seconds}
                    for number, message in enumerate(messages)
                ],
            )


def _error_code(error: BotoCoreError | ClientError) -> str:
    # Only AWS's code, such as AccessDenied: the text may name the resource.
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code"))
    return type(error).__name__


def main() -> None:
    """Consume until SIGTERM or SIGINT."""
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    session = boto3.Session()
    inbox = DynamoInbox(session.client("dynamodb"), options.inbox_table) if options.inbox_table else MemoryInbox()
    handler = DocumentHandler(VerificationClient(session, options.verify_url) if options.verify_url else None)
    stopping = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stopping.set())
    log.info("waiting for messages")
    consumer = Consumer(session.client("sqs"), options.queue_url, inbox, handler, private_keys(options.private_key))
    consumer.run(stopping, options.wait_seconds)
    log.info("stopped")


def private_keys(file: Path | None) -> PrivateKeys | None:
    """Read the private keys. Without a file, the library for them is not needed."""
    if file is None:
        return None
    from sealed_messages import PrivateKeys

    return PrivateKeys(file)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Consume the messages of Sealed OCR.")
    parser.add_argument("--queue-url", required=True, help="the stack's output ResultsQueueUrl")
    parser.add_argument(
        "--verify-url", type=_url, help="the stack's output VerifyFunctionUrl; without it no verdict is requested"
    )
    parser.add_argument(
        "--inbox-table", help="a DynamoDB table for the processed documents; default: the memory of this process"
    )
    parser.add_argument("--private-key", type=Path, metavar="FILE", help="a JWK set that opens sealed messages")
    parser.add_argument(
        "--wait-seconds",
        type=int,
        choices=range(21),
        default=20,
        metavar="SECONDS",
        help="length of a long poll, 0 to 20; an idle consumer stops within this time",
    )
    return parser.parse_args()


def _url(text: str) -> str:
    # Any other text would fail for each claim, and look like an unavailable service.
    parts = urlsplit(text)
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise argparse.ArgumentTypeError("must be a complete URL, https://…")
    return text


if __name__ == "__main__":
    main()
