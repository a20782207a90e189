"""The example consumer as a process that receives real messages."""

from __future__ import annotations

import json
import re
import signal
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from emulator.control.client import ControlClient
from emulator.domain.operations import Operation
from emulator.faults.kinds import Delay
from emulator.specimens import draw
from local.pipeline.pipeline import Pipeline
from schemas.message_examples import collect_messages
from tests.examples.consumer_process import ConsumerProcess, count_messages
from tests.support.polling import until

AUTHENTICITY: Operation = "id-card/authenticity"
OUTCOME = re.compile(r"consumer\.handler ([0-9a-f]{32}): (.+)")


@pytest.fixture
def fresh(pipeline: Pipeline) -> dict[str, dict[str, Any]]:
    """Messages for documents without a verdict."""
    return collect_messages(pipeline, uuid.uuid4().hex)


def test_every_document_is_processed_once_despite_repeats_malformed_messages_and_a_stop(
    pipeline: Pipeline, ocr: ControlClient, fresh: dict[str, dict[str, Any]], table: str, tmp_path: Path
) -> None:
    queue = pipeline.output("ResultsQueueUrl")
    malformed = ["성춘향", json.dumps({"type": "another"}), json.dumps(fresh["resident"] | {"time": 20090627})]
    for body in [*map(json.dumps, fresh.values()), *malformed, *map(json.dumps, fresh.values())]:
        pipeline.aws.sqs.send_message(QueueUrl=queue, MessageBody=body)
    ocr.reset_counters()
    ocr.fault(Delay(operation=AUTHENTICITY, delay=3))
    with ConsumerProcess(pipeline, table, tmp_path / "first.log") as first:
        until(lambda: AUTHENTICITY in ocr.counters().calls)
        # During a call: the current message is finished, and the rest of its batch becomes visible at once.
        assert first.stop(signal.SIGTERM) == 0
    assert first.log.endswith("stopped\n")
    assert first.log.count("; authentic\n") == 1
    finished = [found[1] for found in OUTCOME.finditer(first.log)]
    assert count_messages(pipeline, queue)[1] <= len(malformed)
    pipeline.aws.s3.put_object(
        Bucket=pipeline.output("ImageBucketName"), Key="id-card/late.png", Body=draw("driver", 5)
    )
    with ConsumerProcess(pipeline, table, tmp_path / "second.log") as second:
        until(lambda: (first.log + second.log).count("was processed before") == len(fresh))
        until(lambda: len(OUTCOME.findall(first.log + second.log)) == len(fresh) + 1)
        assert second.stop(signal.SIGINT) == 0
    outcomes = OUTCOME.findall(first.log + second.log)
    assert {*finished} < {document_id for document_id, _ in outcomes}
    assert {*Counter(document_id for document_id, _ in outcomes).values()} == {1}
    outcome_by_id = dict(outcomes)
    assert {name: outcome_by_id[event["data"]["document"]["documentId"]] for name, event in fresh.items()} == {
        "credit-card": "read as credit card; no verdict requested",
        "resident": "read as resident; authentic",
        "driver": "read as driver; authentic",
        "passport": "read as passport; no verdict requested",
        "passport-alone": "read as passport; no verdict requested",
        "rejected": "rejected, ocr-rejected",
        "delayed": "delayed, unknown-outcome",
        "erased": "erased",
    }
    assert [*ocr.counters().verdicts.values()] == [1, 1, 1]
    assert sum(count_messages(pipeline, queue)) == len(malformed)
    reasons = re.findall(r"message \S+ stays in the queue: (.+)", second.log + first.log)
    assert {*reasons} == {
        "the message is invalid: json_invalid",
        "the message is invalid: union_tag_invalid",
        "time is invalid: datetime_type",
    }
    items = pipeline.aws.dynamodb.scan(TableName=table)["Items"]
    done = {item["documentId"]["S"].partition("-")[0] for item in items if item["state"]["S"] == "done"}
    assert done == outcome_by_id.keys()
    values = {
        pair["value"] for event in fresh.values() for pair in event["data"].get("result", {}).get("keyValues", [])
    }
    keys = (event["subject"] for event in fresh.values() if "subject" in event)
    personal = [value for value in (*values, *malformed, *keys) if len(value) > 2]
    assert not [value for value in personal if value in first.log + second.log]
