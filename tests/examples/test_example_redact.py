"""The example that keeps redacted copies, as a process that receives real messages."""

from __future__ import annotations

import copy
import io
import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from local.pipeline.pipeline import Pipeline
from local.processes.aws_clients import REGION
from tests.examples.consumer_process import ConsumerProcess, count_messages
from tests.support.erased_message import erased_message
from tests.support.polling import until


@pytest.fixture
def queue(pipeline: Pipeline) -> str:
    """A queue of the test's own: the poll of a killed consumer can still take a message from the shared one."""
    return pipeline.aws.sqs.create_queue(QueueName=f"results-{uuid.uuid4().hex}")["QueueUrl"]


@pytest.fixture
def bucket(pipeline: Pipeline) -> str:
    name = f"copies-{uuid.uuid4().hex}"
    pipeline.aws.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return name


def without_boxes(event: dict[str, Any]) -> dict[str, Any]:
    """Return the message of another document, whose numbers could be anywhere."""
    other = copy.deepcopy(event)
    other["id"] = other["data"]["document"]["documentId"] = uuid.uuid4().hex
    for field in other["data"]["result"]["keyValues"]:
        field.pop("bbox", None)
    return other


def test_analyzed_images_are_copied_and_nothing_else(
    pipeline: Pipeline, messages: dict[str, dict[str, Any]], queue: str, table: str, bucket: str, tmp_path: Path
) -> None:
    s3 = pipeline.aws.s3
    unfit = without_boxes(messages["resident"])
    for event in (*messages.values(), unfit, messages["resident"]):
        pipeline.aws.sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(event))
    options = {"bucket": bucket, "queue-url": queue}
    with ConsumerProcess(pipeline, table, tmp_path / "log", "redact.py", **options) as consumer:
        until(lambda: consumer.log.count("\n") > len(messages) + 1 and count_messages(pipeline, queue) == (0, 0))
    analyzed = {name: event for name, event in messages.items() if "result" in event["data"]}
    copies = {each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]}
    assert copies == {f"{event['id']}.png" for event in analyzed.values()}
    for event in analyzed.values():
        body = s3.get_object(Bucket=bucket, Key=f"{event['id']}.png")["Body"].read()
        assert Image.open(io.BytesIO(body)).getcolors(1 << 24)
        document = event["data"]["document"]
        assert body != s3.get_object(Bucket=document["bucket"], Key=document["key"])["Body"].read()
    reasons = re.findall(r"WARNING consumer.redact (\w+): no copy, (.+)", consumer.log)
    assert reasons == [(unfit["id"], "a person must redact the image: residentNumber has no box")]
    values = {pair["value"] for event in analyzed.values() for pair in event["data"]["result"].get("keyValues", [])}
    personal = {*values, *(event["subject"] for event in messages.values() if "subject" in event)}
    assert not [value for value in personal if len(value) > 3 and value in consumer.log]


def test_the_copy_of_an_erased_document_is_deleted(
    pipeline: Pipeline, messages: dict[str, dict[str, Any]], queue: str, table: str, bucket: str, tmp_path: Path
) -> None:
    copied, kept = messages["resident"], messages["driver"]
    erased = erased_message(messages, copied["id"])
    # The message of an erased document may come again, and even for the first time, after its erasure.
    for event in (copied, kept, erased, copied):
        pipeline.aws.sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(event))
    with ConsumerProcess(
        pipeline, table, tmp_path / "log", "redact.py", bucket=bucket, **{"queue-url": queue}
    ) as consumer:
        until(lambda: consumer.log.count("\n") >= 4 and count_messages(pipeline, queue) == (0, 0))
    copies = {each["Key"] for each in pipeline.aws.s3.list_objects_v2(Bucket=bucket)["Contents"]}
    assert copies == {f"{kept['id']}.png"}


@pytest.fixture
def lost(pipeline: Pipeline, messages: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A message whose image is gone during the test: a delete marker hides it."""
    document, s3 = messages["resident"]["data"]["document"], pipeline.aws.s3
    marker = s3.delete_object(Bucket=document["bucket"], Key=document["key"])["VersionId"]
    yield messages["resident"]
    s3.delete_object(Bucket=document["bucket"], Key=document["key"], VersionId=marker)


def test_the_message_of_an_image_that_is_gone_stays_in_the_queue(
    pipeline: Pipeline, lost: dict[str, Any], queue: str, table: str, bucket: str, tmp_path: Path
) -> None:
    pipeline.aws.sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(lost))
    options = {"bucket": bucket, "queue-url": queue}
    with ConsumerProcess(pipeline, table, tmp_path / "log", "redact.py", **options) as consumer:
        until(lambda: f"{lost['id']} stays in the queue: NoSuchKey\n" in consumer.log)
    assert lost["subject"] not in consumer.log
    assert sum(count_messages(pipeline, queue)) == 1
