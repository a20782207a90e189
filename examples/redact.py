"""A consumer that keeps a copy of each image with its numbers blacked out, in a bucket of its own."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from consumer import Consumer, private_keys
from inbox import DynamoInbox, MemoryInbox
from message_types import Delayed, Erased, Rejected
from number_boxes import CannotRedact
from redaction import redact

if TYPE_CHECKING:
    from messages import Event
    from types_boto3_s3.client import S3Client

_TYPES = {b"\x89PNG": ("png", "image/png"), b"\xff\xd8\xff": ("jpg", "image/jpeg")}
log = logging.getLogger("consumer.redact")


class RedactionHandler:
    """Writes the copies to ``bucket``, each under its ``documentId``: a repeated message overwrites its own copy."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3, self._bucket = s3, bucket

    def handle(self, event: Event) -> None:
        """Write the copy of an analyzed document, or delete that of an erased one.

        Another message, and an image that a person must redact, have none.

        The log has ``documentId``s and reasons, but no values, keys or exception texts of AWS.
        """
        if isinstance(event, Rejected | Delayed):
            log.info("%s: no copy, the document was not analyzed", event.id)
            return
        if isinstance(event, Erased):
            document_id = event.data.document.documentId
            for ending, _ in _TYPES.values():
                self._s3.delete_object(Bucket=self._bucket, Key=f"{document_id}.{ending}")
            log.info("%s: the copy is deleted", document_id)
            return
        document = event.data.document
        version: Any = {"VersionId": document.versionId} if document.versionId else {}
        image = self._s3.get_object(Bucket=document.bucket, Key=document.key, **version)["Body"].read()
        try:
            copy = redact(image, event.data.result.model_dump(mode="json"))
        except CannotRedact as reason:
            log.warning("%s: no copy, a person must redact the image: %s", event.id, reason)
            return
        ending, content_type = next(kind for start, kind in _TYPES.items() if copy.startswith(start))
        self._s3.put_object(Bucket=self._bucket, Key=f"{event.id}.{ending}", Body=copy, ContentType=content_type)
        log.info("%s: copied", event.id)


def main() -> None:
    """Consume until SIGTERM or SIGINT."""
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    session = boto3.Session()
    inbox = DynamoInbox(session.client("dynamodb"), options.inbox_table) if options.inbox_table else MemoryInbox()
    stopping = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stopping.set())
    handler = RedactionHandler(session.client("s3"), options.bucket)
    keys = private_keys(options.private_key)
    Consumer(session.client("sqs"), options.queue_url, inbox, handler, keys).run(stopping, options.wait_seconds)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Keep copies of the images with their numbers blacked out.")
    parser.add_argument("--queue-url", required=True, help="a queue with the messages, such as ResultsQueueUrl")
    parser.add_argument("--bucket", required=True, help="a bucket of your own for the copies")
    parser.add_argument("--inbox-table", help="a DynamoDB table for the processed documents; default: memory")
    parser.add_argument("--private-key", type=Path, metavar="FILE", help="a JWK set that opens sealed messages")
    parser.add_argument("--wait-seconds", type=int, choices=range(21), default=20, metavar="SECONDS")
    return parser.parse_args()


if __name__ == "__main__":
    main()
