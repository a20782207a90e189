"""A deployment for one test: a bucket, three queues, two tables and a secret."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

from sealed_ocr.aws.uploads import parse_event
from sealed_ocr.common.document import Document

from emulator.testing import Emulator
from local.lambda_runtime.sqs_event import sqs_event
from local.processes.aws_clients import REGION, AwsClients
from tests.support.documents import CORRELATION_ID, NAME, Drawn
from tests.support.queue_client import QueueClient

MIB = 1 << 20


@dataclass
class Uploaded:
    """An uploaded object and the S3 record of its event."""

    key: str
    record: dict[str, Any]
    drawn: Drawn | None = None


@dataclass
class Stage:
    """The resources of one deployment. It calls the emulated AWS directly, not through the proxy."""

    aws: AwsClients
    emulator: Emulator
    name: str = field(default_factory=lambda: f"t{uuid.uuid4().hex[:12]}")
    results: list[dict[str, Any]] = field(default_factory=list)
    result_attributes: list[dict[str, Any]] = field(default_factory=list)
    delays: list[dict[str, Any]] = field(default_factory=list)
    open: Callable[[str], str] | None = None
    sealed_messages: list[Any] = field(default_factory=list)
    dead_letters: list[dict[str, Any]] = field(default_factory=list)
    personal_values: set[str] = field(default_factory=set)
    object_names: set[str] = field(default_factory=lambda: {NAME})
    announced: list[Uploaded] = field(default_factory=list)
    log_output: str = ""
    outcomes: str = ""

    def __post_init__(self) -> None:
        self.bucket = self.name
        self.aws.s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        attributes: Any = {"MaximumMessageSize": str(MIB), "VisibilityTimeout": "720"}
        self.uploads_queue, self.dead_letter_queue, self.results_queue = (
            QueueClient(
                self.aws.sqs,
                self.aws.sqs.create_queue(QueueName=f"{self.name}-{queue}", Attributes=attributes)["QueueUrl"],
            )
            for queue in ("uploads", "dead", "results")
        )
        self.documents, self.request_keys = f"{self.name}-documents", f"{self.name}-request-keys"
        for table in (self.documents, self.request_keys):
            self.aws.dynamodb.create_table(
                TableName=table,
                KeySchema=[{"AttributeName": "documentId", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "documentId", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
        credentials = {"appKey": self.emulator.app_key, "secretKey": self.emulator.secret_key}
        self.secret = self.aws.secrets.create_secret(Name=self.name, SecretString=json.dumps(credentials))["ARN"]

    def fill_secret(self, text: str) -> None:
        self.aws.secrets.put_secret_value(SecretId=self.secret, SecretString=text)

    def upload(
        self, content: Drawn | bytes, key: str = f"id-card/{NAME}.png", *, versioned: bool = False, **put: Any
    ) -> Uploaded:
        """Put an object and return it with its S3 record. Nothing is announced yet."""
        body = content.content if isinstance(content, Drawn) else content
        put.setdefault("Metadata", {"correlation-id": CORRELATION_ID})
        self.personal_values |= {*put["Metadata"].values()}
        response = self.aws.s3.put_object(Bucket=self.bucket, Key=key, Body=body, **put)
        entry: dict[str, Any] = {
            "key": quote_plus(key, safe="/"),
            "size": len(body),
            "eTag": response["ETag"].strip('"'),
            "sequencer": "0055AED6DCD90281E5",
        }
        if versioned:
            entry["versionId"] = response["VersionId"]
        record = {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": self.bucket, "arn": f"arn:aws:s3:::{self.bucket}"}, "object": entry},
        }
        uploaded = Uploaded(key, record, content if isinstance(content, Drawn) else None)
        if isinstance(content, Drawn):
            self.personal_values |= {value for value in content.values if value}
        return uploaded

    def announce(self, *uploads: Uploaded) -> None:
        """Send one message for these uploads to the uploads queue, as S3 does."""
        self.announced += uploads
        self.announce_text(json.dumps({"Records": [upload.record for upload in uploads]}))

    def announce_text(self, body: str, reason: str | None = None) -> None:
        """Send any message to the uploads queue. ``reason`` is the attribute of a redriven dead letter."""
        self.uploads_queue.send(body, reason)

    def event(self, at_most: int = 10) -> dict[str, Any]:
        """Receive visible messages and return them as Lambda's event."""
        return sqs_event(self.uploads_queue.receive(at_most), f"arn:aws:sqs:{REGION}:123456789012:{self.name}-uploads")

    def acknowledge(self, event: dict[str, Any], failed: set[str]) -> None:
        """Delete the messages of the event that did not fail, as Lambda does."""
        for record in event["Records"]:
            if record["messageId"] not in failed:
                self.uploads_queue.delete(record["messageId"], record["receiptHandle"])

    def show_hidden(self) -> None:
        """Make deferred deliveries visible again."""
        self.uploads_queue.show_hidden()

    def documents_announced(self) -> list[Document]:
        """Return the documents of the announced uploads, as the function parses them."""
        event = json.dumps({"Records": [upload.record for upload in self.announced]})
        return [upload.document for upload in parse_event(event).uploads]

    def collect(self) -> list[dict[str, Any]]:
        """Drain the results queue; return the CloudEvents of this test so far that end a document.

        Those of parked documents are added to ``delays``. ``open`` opens messages that are sealed; ``sealed_messages``
        keeps them as they were on the queue.
        """
        for message in self.results_queue.drain():
            if self.open:
                self.sealed_messages.append(message)
            event = json.loads(self.open(message["Body"]) if self.open else message["Body"])
            if event["type"] == "sealed-ocr.document.delayed.v1":
                self.delays.append(event)
                continue
            self.results.append(event)
            self.result_attributes.append(
                {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
            )
        return self.results

    def collect_dead_letters(self) -> list[dict[str, Any]]:
        """Drain the dead-letter queue; return ``body`` and ``reason`` of all dead letters of this test so far."""
        for message in self.dead_letter_queue.drain():
            reason = message.get("MessageAttributes", {}).get("reason", {}).get("StringValue")
            self.dead_letters.append({"body": message["Body"], "reason": reason})
        return self.dead_letters

    def items(self, table: str) -> list[dict[str, Any]]:
        """Return a table's items of documents as plain values."""
        found = self.aws.dynamodb.scan(TableName=table, ConsistentRead=True)["Items"]
        return [{name: next(iter(value.values())) for name, value in item.items()} for item in found if "state" in item]

    def item(self) -> dict[str, Any]:
        """Return the only item of the ledger."""
        (item,) = self.items(self.documents)
        return item
