"""The ceiling on calls of a stack on AWS, as ``status`` and ``redrive`` show it."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable

import pytest
from sealed_ocr.aws.call_budget import DAY_SECONDS, HOUR_SECONDS, Window

from ops.common.images import current_version, possible_events
from tests.ops.live_pipeline import LivePipeline, specimen
from tests.support.proxy import Proxy


@pytest.fixture
def bounded(pipeline: LivePipeline, deployed: Callable[..., str], function: Callable[..., str]) -> tuple[str, ...]:
    """The options that select a stack with five calls left of ten for this hour, and one of twelve for today.

    So the day's ceiling holds documents back also in its last hour, when both end at the same time.
    """
    ceilings = {"MAX_CALLS_PER_HOUR": "10", "MAX_CALLS_PER_DAY": "12"}
    # A table of its own, because the pipeline counts the calls of other tests.
    table, now = f"documents-{uuid.uuid4().hex}", time.time()
    pipeline.client("dynamodb").create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "documentId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "documentId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for seconds, reserved in ((HOUR_SECONDS, 5), (DAY_SECONDS, 11)):
        # The hour may end during the test.
        for at in (now, now + HOUR_SECONDS):
            pipeline.put_item(table, Window(seconds, 1).item(at), {"reserved": reserved})
    stack = deployed(AnalyzeFunctionName=function(pipeline.ocr.url, ceilings=ceilings), DocumentsTableName=table)
    return ("--stack", stack, "--region", pipeline.environment["AWS_REGION"])


def test_status_shows_the_ceiling_of_a_local_pipeline(pipeline: LivePipeline) -> None:
    ended = pipeline.run("status", "--json")
    per_hour, per_day = json.loads(ended.stdout)["ceilings"]
    assert (per_hour["ceiling"], per_day["ceiling"]) == (None, 100_000)
    assert per_day["left"] == 100_000 - per_day["reserved"]


def test_status_shows_what_is_left(pipeline: LivePipeline, bounded: tuple[str, ...]) -> None:
    ended = pipeline.run(*bounded, "status", "--json", SEALED_OCR_OUTPUTS="")
    assert ended.exit_code == 0, ended.output
    assert json.loads(ended.stdout)["ceilings"] == [
        {"setting": "maxCallsPerHour", "reserved": 5, "ceiling": 10, "left": 5},
        {"setting": "maxCallsPerDay", "reserved": 11, "ceiling": 12, "left": 1},
    ]
    assert "Calls this hour: 5 of 10 made or reserved, 5 left" in ended.output


def send_dead_letters(pipeline: LivePipeline, folder: str, number: int) -> None:
    with pipeline.without_notifications():
        for each in range(number):
            key = f"credit-card/{folder}/{each}.png"
            pipeline.upload(key, specimen("credit-card", 1))
            version = current_version(pipeline.client("s3"), pipeline.outputs.image_bucket_name, key)
            body = possible_events(version)[0].body
            pipeline.client("sqs").send_message(
                QueueUrl=pipeline.outputs.uploads_dead_letter_queue_url, MessageBody=body
            )


def test_a_redrive_says_how_many_the_ceiling_holds_back(
    pipeline: LivePipeline, bounded: tuple[str, ...], folder: str
) -> None:
    send_dead_letters(pipeline, folder, 3)
    ended = pipeline.run(*bounded, "redrive", "--dry-run", "--json", SEALED_OCR_OUTPUTS="")
    assert ended.exit_code == 0, ended.output
    called, held = json.loads(ended.stdout)["outlook"]
    assert (called["documents"], called["waits"], held["documents"], held["waits"]) == (1, False, 2, True)
    assert "held back by maxCallsPerDay, of whose 12 calls 1 are left" in held["sentence"]
    assert held["until"].endswith("T00:00:00.000Z")
    assert folder not in ended.output


def test_a_redrive_does_not_fail_for_want_of_a_permission(
    pipeline: LivePipeline, bounded: tuple[str, ...], folder: str
) -> None:
    send_dead_letters(pipeline, folder, 1)
    with Proxy(pipeline.environment["AWS_ENDPOINT_URL"]) as proxy:
        proxy.fault("GetItem", "refuse")
        ended = pipeline.run(*bounded, "redrive", "--dry-run", SEALED_OCR_OUTPUTS="", AWS_ENDPOINT_URL=proxy.url)
    assert ended.exit_code == 0, ended.output
    assert "Whether a ceiling on calls holds documents back is not known" in ended.output
    assert "1 document: called for as soon as" in ended.output
