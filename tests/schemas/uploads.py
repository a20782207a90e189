"""Uploads test objects, and receives the messages that the analyze function sends for them."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from emulator.faults.kinds import Variation, VariationForm
from local.processes.aws_clients import REGION

if TYPE_CHECKING:
    from types_boto3_s3.literals import StorageClassType

    from tests.support.verification_world import World


@dataclass
class Uploaded:
    """An object, and what happens to it before the function reads it."""

    kind: str
    content: bytes
    deleted: bool = False
    overwritten: bool = False
    storage_class: StorageClassType = "STANDARD"
    form: VariationForm | None = None


class Uploads:
    """A bucket, and a queue for the messages."""

    def __init__(self, world: World) -> None:
        self._aws, self._emulator, self._bucket = world.aws, world.emulator, f"bucket-{uuid.uuid4().hex}"
        self._emulator.reset()
        self._aws.s3.create_bucket(Bucket=self._bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.queue = self._aws.sqs.create_queue(QueueName=self._bucket)["QueueUrl"]

    def upload(self, name: str, uploaded: Uploaded) -> dict[str, Any]:
        """Upload the object; return the SQS record of its event."""
        s3, bucket, key = self._aws.s3, self._bucket, f"{uploaded.kind}/{name}"
        tag = s3.put_object(Bucket=bucket, Key=key, Body=uploaded.content, StorageClass=uploaded.storage_class)[
            "ETag"
        ].strip('"')
        if uploaded.deleted:
            s3.delete_object(Bucket=bucket, Key=key)
        if uploaded.overwritten:
            s3.put_object(Bucket=bucket, Key=key, Body=b"another")
        if uploaded.form:
            image = hashlib.sha256(uploaded.content).hexdigest()
            self._emulator.fault(Variation(form=uploaded.form, image=image))
        entry = {"key": quote_plus(key), "eTag": tag, "size": len(uploaded.content)}
        record = {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": bucket}, "object": entry}}
        return {
            "messageId": name,
            "receiptHandle": name,
            "body": json.dumps({"Records": [record]}),
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
        }

    def results(self) -> dict[str, dict[str, Any]]:
        """Receive all messages, by the name of the upload."""
        found: dict[str, dict[str, Any]] = {}
        while received := self._aws.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages"):
            events = [json.loads(message["Body"]) for message in received]
            found |= {event["subject"].rpartition("/")[2]: event for event in events}
        return found
