"""Events of uploads that never happened: the bench's AWS server has an object for every key."""

from __future__ import annotations

import json
import uuid
from typing import Any


def s3_records(count: int, size: int, event_time: str = "") -> list[dict[str, Any]]:
    """Return S3 event records of ``count`` new objects of ``size`` bytes, uploaded at ``event_time`` (RFC 3339)."""
    return [
        {
            "eventName": "ObjectCreated:Put",
            "eventTime": event_time,
            "s3": {
                "bucket": {"name": "images"},
                "object": {"key": f"id-card/{size}-{uuid.uuid4()}.png", "size": size, "eTag": "bench"},
            },
        }
        for _ in range(count)
    ]


def s3_event(count: int, size: int) -> dict[str, Any]:
    """Return the S3 event of ``count`` new objects."""
    return {"Records": s3_records(count, size)}


def sqs_event(count: int, size: int, event_time: str = "") -> dict[str, Any]:
    """Return the Lambda event of ``count`` SQS messages, each with the S3 event of one new object."""
    return {
        "Records": [
            {
                "messageId": str(number),
                "receiptHandle": "none",
                "body": json.dumps({"Records": [record]}),
                "attributes": {"ApproximateReceiveCount": "1"},
            }
            for number, record in enumerate(s3_records(count, size, event_time))
        ]
    }
