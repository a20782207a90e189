"""The example consumer: its process among real messages, and each part of it that can go wrong."""

from __future__ import annotations

import json
import re
import signal
import time
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator.control.client import ControlClient
from emulator.faults.kinds import Delay
from emulator.specimens import draw
from local.pipeline.pipeline import Pipeline
from schemas.message_examples import take_messages
from tests.examples.consuming import Consuming, counts

AUTHENTICITY = "id-card/authenticity"
OUTCOME = re.compile(r"consumer\.desk ([0-9a-f]{32}): (.+)")


@pytest.fixture
def fresh(pipeline: Pipeline) -> dict[str, dict[str, Any]]:
    """Messages about documents of which no verdict has been asked."""
    return take_messages(pipeline, uuid.uuid4().hex)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_every_document_is_handled_once_whatever_is_sent_twice_malformed_or_stopped(
    pipeline: Pipeline, ocr: ControlClient, fresh: dict[str, dict[str, Any]], table: str, tmp_path: Path
) -> None:
    queue = pipeline.output("ResultsQueueUrl")
    malformed = ["성춘향", json.dumps({"type": "another"}), json.dumps(fresh["resident"] | {"time": 20090627})]
    for body in [*map(json.dumps, fresh.values()), *malformed, *map(json.dumps, fresh.values())]:
        pipeline.aws.sqs.send_message(QueueUrl=queue, MessageBody=body)
    ocr.reset_counters()
    ocr.fault(Delay(operation=AUTHENTICITY, delay=1))
    with Consuming(pipeline, table, tmp_path / "first.log") as first:
        until(lambda: AUTHENTICITY in ocr.counters().calls)
        # In mid-call: what is in hand is finished, and the rest of its batch given back at once.
        assert first.stop(signal.SIGTERM) == 0
    assert first.log.endswith("stopped\n")
    assert first.log.count("; authentic\n") == 1
    finished = [found[1] for found in OUTCOME.finditer(first.log)]
    assert counts(pipeline, queue)[1] <= len(malformed)
    pipeline.aws.s3.put_object(
        Bucket=pipeline.output("ImageBucketName"), Key="id-card/late.png", Body=draw("driver", 5)
    )
    with Consuming(pipeline, table, tmp_path / "second.log") as second:
        until(lambda: (first.log + second.log).count("was handled before") == len(fresh))
        until(lambda: len(OUTCOME.findall(first.log + second.log)) == len(fresh) + 1)
        assert second.stop(signal.SIGINT) == 0
    outcomes = OUTCOME.findall(first.log + second.log)
    assert {*finished} < {document_id for document_id, _ in outcomes}
    assert {*Counter(document_id for document_id, _ in outcomes).values()} == {1}
    told = dict(outcomes)
    assert {name: told[event["id"]] for name, event in fresh.items()} == {
        "credit-card": "read as credit card; no verdict asked for",
        "resident": "read as resident; authentic",
        "driver": "read as driver; authentic",
        "passport": "read as passport; no verdict asked for",
        "passport-alone": "read as passport; no verdict asked for",
        "rejected": "rejected, ocr-rejected",
    }
    assert [*ocr.counters().verdicts.values()] == [1, 1, 1]
    assert sum(counts(pipeline, queue)) == len(malformed)
    left = re.findall(r"message \S+ is left to the queue: (.+)", second.log + first.log)
    assert {*left} == {"it is not JSON", "it is of no type that has a schema here", "$.time breaks the schema's 'type'"}
    items = pipeline.aws.dynamodb.scan(TableName=table)["Items"]
    assert {item["documentId"]["S"] for item in items if item["state"]["S"] == "done"} == told.keys()
    values = {
        pair["value"] for event in fresh.values() for pair in event["data"].get("result", {}).get("keyValues", [])
    }
    personal = [
        value for value in (*values, *malformed, *(event["subject"] for event in fresh.values())) if len(value) > 2
    ]
    assert not [value for value in personal if value in first.log + second.log]
