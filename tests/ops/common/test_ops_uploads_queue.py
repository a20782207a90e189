"""Sending upload events in batches that fail in part, which a proxy in front of the emulated SQS does."""

from __future__ import annotations

import uuid
from typing import Any

import boto3

from ops.common.uploads_queue import send_events
from tests.ops.live_pipeline import LivePipeline
from tests.ops.sqs_proxy import sqs_proxy


def test_failed_entries_are_retried_and_returned_if_they_fail_again(pipeline: LivePipeline) -> None:
    sqs = pipeline.client("sqs")
    url = sqs.create_queue(QueueName=uuid.uuid4().hex)["QueueUrl"]
    requested: list[list[str]] = []

    def refuse(request: dict[str, Any]) -> dict[str, Any] | None:
        """Fail "never" always and "late" twice; forward all others."""
        requested.append([entry["MessageBody"] for entry in request["Entries"]])
        failing = {"never"} if len(requested) > 2 else {"never", "late"}
        accepted = [entry for entry in request["Entries"] if entry["MessageBody"] not in failing]
        if accepted:
            sqs.send_message_batch(QueueUrl=url, Entries=accepted)
        return {
            "Successful": [{"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": ""} for entry in accepted],
            "Failed": [
                {"Id": entry["Id"], "SenderFault": False, "Code": "InternalError"}
                for entry in request["Entries"]
                if entry["MessageBody"] in failing
            ],
        }

    pauses: list[float] = []
    with sqs_proxy(pipeline.environment["AWS_ENDPOINT_URL"], {"SendMessageBatch": refuse}) as address:
        client = boto3.client(
            "sqs", endpoint_url=address, region_name="eu-west-1", aws_access_key_id="t", aws_secret_access_key="t"
        )
        unsent = send_events(client, url, ["one", "never", "late"], sleep=pauses.append)
    assert unsent == ["never"]
    assert requested == [["one", "never", "late"], ["never", "late"], ["never", "late"], ["never"], ["never"]]
    assert pauses == [0.5, 1, 2, 4]
    assert sorted(each["Body"] for each in pipeline.peek(url)) == ["late", "one"]
