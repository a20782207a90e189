"""A stage without functions, whose documents and messages a test puts into every place that an erasure cleans."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

from sealed_ocr.analysis import messages
from sealed_ocr.analysis.queue_message import encode
from sealed_ocr.aws.ledger import Claimed, Ledger
from sealed_ocr.aws.request_keys import RequestKeys
from sealed_ocr.aws.table import Table
from sealed_ocr.aws.uploads import Upload, parse_event

from local.processes.aws_clients import REGION, AwsClients
from ops.common.clients import StackClients
from ops.common.stack import DeployedStack, StackOutputs
from ops.erase.busy import require_idle
from ops.erase.erasure import Erasure
from ops.erase.finder import Finder
from ops.erase.look import Bounds
from ops.erase.receipt import Receipt
from tests.support.clock import Clock

REQUEST_KEY = "a Request-Key of"
QUEUES = (
    "uploads_queue_url",
    "uploads_dead_letter_queue_url",
    "results_queue_url",
    "results_dead_letter_queue_url",
    "review_queue_url",
    "review_dead_letter_queue_url",
)
# Quick looks: the emulated SQS has one server.
BOUNDS = Bounds(poll_seconds=0, threads=1)


@dataclass
class Stored:
    """A document that is stored everywhere, and what only it holds."""

    key: str
    upload: Upload
    secrets: list[str]

    @property
    def document_id(self) -> str:
        return self.upload.document.document_id


@dataclass
class ErasureStage:
    """The resources of a stage, and direct clients for them."""

    aws: AwsClients
    stack: DeployedStack
    clock: Clock
    slept: list[float] = field(default_factory=list)
    while_waiting: Callable[[], object] = lambda: None

    @property
    def outputs(self) -> StackOutputs:
        return self.stack.outputs

    def client(self, service: str) -> Any:
        """Return a client that does not pass through the test's proxy."""
        return getattr(self.aws, service)

    def peek(self, queue: str) -> list[dict[str, Any]]:
        """Receive up to ten messages of a queue without hiding them."""
        received: list[dict[str, Any]] = self.client("sqs").receive_message(
            QueueUrl=getattr(self.outputs, queue),
            MaxNumberOfMessages=10,
            VisibilityTimeout=0,
            MessageAttributeNames=["All"],
        ).get("Messages", [])  # fmt: skip
        return received

    @property
    def ledger(self) -> Ledger:
        table = Table(self.client("dynamodb"), self.outputs.documents_table_name)
        return Ledger(table, 150, 2, self.clock)

    @property
    def request_keys(self) -> RequestKeys:
        return RequestKeys(Table(self.client("dynamodb"), self.outputs.request_keys_table_name), 150, self.clock)

    def put(self, name: str, *, versions: int = 1, correlation_id: str | None = None) -> list[Upload]:
        """Put an image ``versions`` times; return the upload of each version."""
        key = f"id-card/2026/{name}.png"
        uploads = []
        for number in range(versions):
            image = f"the image of {name}, {number}".encode()
            metadata = {"correlation-id": correlation_id} if correlation_id else {}
            put = self.client("s3").put_object(
                Bucket=self.outputs.image_bucket_name, Key=key, Body=image, Metadata=metadata
            )
            entry = {"key": quote_plus(key, safe="/"), "size": len(image), "eTag": put["ETag"].strip('"')}
            record = {
                "eventName": "ObjectCreated:Put",
                "s3": {
                    "bucket": {"name": self.outputs.image_bucket_name},
                    "object": entry | ({"versionId": put["VersionId"]} if "VersionId" in put else {}),
                },
            }
            (upload,) = parse_event(json.dumps({"Records": [record]})).uploads
            uploads.append(upload)
        return uploads

    def store(self, name: str) -> Stored:
        """Store a document in every place. Its ledger says that it was done an hour ago."""
        correlation_id = f"order-{name}"
        (upload,) = self.put(name, correlation_id=correlation_id)
        document = upload.document
        self.claim(document.document_id, 3600, "done")
        request_key = f"{REQUEST_KEY} {name}"
        assert self.request_keys.offer(document.document_id, request_key, "resident", int(self.clock()) + 3000)
        result = {"idType": "resident", "keyValues": [{"key": "name", "value": f"{name}'s name", "conf": 1.0}]}
        analyzed = messages.analyzed(document, upload.bucket_arn, 0, result, None, None, correlation_id)
        delayed = messages.delayed(document, upload.bucket_arn, 0, correlation_id)
        for queue in QUEUES[2:]:
            for message in (analyzed, delayed):
                self.send(queue, encode(message))
        self.send("uploads_dead_letter_queue_url", upload.event())
        secrets = [name, correlation_id, request_key, f"the image of {name}"]
        return Stored(document.key, upload, secrets)

    def claim(self, document_id: str, seconds_ago: float, end: str) -> Claimed:
        """Claim a document ``seconds_ago``, and end the attempt."""
        ahead, self.clock.ahead = self.clock.ahead, self.clock.ahead - seconds_ago
        claimed = self.ledger.claim(document_id)
        assert isinstance(claimed, Claimed)
        if end == "done":
            self.ledger.finish(claimed, "analyzed")
        elif end == "unknown":
            self.ledger.doubt(claimed, "OutcomeUnknown")
        self.clock.ahead = ahead
        return claimed

    def send(self, queue: str, body: str, **attributes: str) -> None:
        self.client("sqs").send_message(
            QueueUrl=getattr(self.outputs, queue),
            MessageBody=body,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
            },
        )

    def bodies(self, queue: str) -> list[str]:
        """Return the bodies of the visible messages of a queue."""
        return [message["Body"] for message in self.peek(queue)]

    def everything(self) -> str:
        """Return all that is stored: versions with metadata and content, markers, both tables and all queues."""
        s3, bucket = self.client("s3"), self.outputs.image_bucket_name
        listed = s3.list_object_versions(Bucket=bucket)
        found: list[Any] = [listed.get("DeleteMarkers", [])]
        for version in listed.get("Versions", []):
            got = s3.get_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
            found += [version["Key"], got["Metadata"], got["Body"].read().decode()]
        for table in (self.outputs.documents_table_name, self.outputs.request_keys_table_name):
            found += self.client("dynamodb").scan(TableName=table, ConsistentRead=True)["Items"]
        for queue in QUEUES:
            url = getattr(self.outputs, queue)
            counted = self.client("sqs").get_queue_attributes(
                QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
            )["Attributes"]
            visible = self.peek(queue)
            assert [len(visible), 0] == [*map(int, counted.values())], "a message is hidden, or too many are there"
            found += [message["Body"] for message in visible]
        return json.dumps(found, ensure_ascii=False, default=str)

    def erase(
        self,
        document_id: str | None = None,
        *,
        key: str | None = None,
        correlation_id: str = "",
        prefix: str = "",
        bounds: Bounds = BOUNDS,
    ) -> Receipt:
        """Erase what is named, as the command does, without its questions and waits."""
        finder = Finder(self.stack, lambda _: None)
        if document_id is not None:
            targets = finder.by_document(document_id, key, prefix)
        elif key is not None:
            targets = finder.by_key(key)
        else:
            targets = finder.by_correlation_id(correlation_id, prefix)
        require_idle(targets, self.clock())
        return Erasure(self.stack, targets, bounds, self._sleep).run(finder.unreadable)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.while_waiting()


def make_stage(aws: AwsClients, clients: StackClients, clock: Clock) -> ErasureStage:
    """Create the resources. ``clients`` are the operator's."""
    name = f"erase-{uuid.uuid4().hex[:12]}"
    aws.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    aws.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    outputs: dict[str, Any] = dict.fromkeys(StackOutputs.__struct_fields__, "unused")
    outputs["image_bucket_name"] = name
    for table in ("documents_table_name", "request_keys_table_name"):
        outputs[table] = f"{name}-{table}"
        aws.dynamodb.create_table(
            TableName=outputs[table],
            KeySchema=[{"AttributeName": "documentId", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "documentId", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
    for queue in QUEUES:
        outputs[queue] = aws.sqs.create_queue(QueueName=f"{name}-{queue}")["QueueUrl"]
    return ErasureStage(aws, DeployedStack(name, StackOutputs(**outputs), clients, clock), clock)
