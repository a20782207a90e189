"""The example consumer: its process among real messages, and each part of it that can go wrong."""

from __future__ import annotations

import json
import logging
import re
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from consumer import Consumer
from desk import Desk
from inbox import Begun, DynamoInbox, Inbox, MemoryInbox
from messages import Messages
from verdicts import Answer, Later, Verdicts

from emulator.control_client import ControlClient
from emulator.faults import Delay
from emulator.specimens import draw
from local.children import ROOT
from local.pipeline import Pipeline
from schemas.message_examples import take_messages
from tests.examples.consuming import Consuming

pytestmark = pytest.mark.xdist_group("the pipeline for consumers")
AUTHENTICITY = "id-card/authenticity"
OUTCOME = re.compile(r"consumer\.desk ([0-9a-f]{32}): (.+)")


@pytest.fixture
def table(pipeline: Pipeline) -> str:
    name = f"inbox-{uuid.uuid4().hex}"
    pipeline.aws.dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "documentId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "documentId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


@pytest.fixture
def fresh(pipeline: Pipeline) -> dict[str, dict[str, Any]]:
    """Messages about documents of which no verdict has been asked."""
    return take_messages(pipeline, uuid.uuid4().hex)


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def counts(pipeline: Pipeline, url: str) -> tuple[int, int]:
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = pipeline.aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return int(found[names[0]]), int(found[names[1]])


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
    assert "; authentic\n" in first.log
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


class Failing(Desk):
    """A desk that fails with what it is given."""

    def __init__(self, failure: Exception) -> None:
        super().__init__(None)
        self._failure = failure

    def work(self, event: object) -> None:
        raise self._failure


def once(pipeline: Pipeline, event: dict[str, Any], inbox: Inbox, desk: Desk) -> tuple[int, int]:
    """Let a consumer take the event from a queue of its own; return how many are visible, and hidden, thereafter."""
    queue = pipeline.aws.sqs.create_queue(QueueName=f"own-{uuid.uuid4().hex}")["QueueUrl"]
    pipeline.aws.sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(event))
    stopping = threading.Event()

    class Watched(Consumer):
        def _take(self, message: Any) -> None:
            stopping.set()
            super()._take(message)

    Watched(pipeline.aws.sqs, queue, Messages(ROOT / "schemas"), inbox, desk).run(stopping, 1)
    return counts(pipeline, queue)


@pytest.mark.parametrize(
    "failure", [RuntimeError("홍길동"), Later("홍길동 is not said here", 0)], ids=["fault", "later"]
)
def test_a_message_whose_work_fails_comes_again(
    pipeline: Pipeline, came: dict[str, dict[str, Any]], failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "consumer")
    inbox = MemoryInbox()
    # A fault leaves it until its visibility ends; later is when the work itself says.
    assert once(pipeline, came["driver"], inbox, Failing(failure)) == (
        (0, 1) if isinstance(failure, RuntimeError) else (1, 0)
    )
    assert inbox.begin(came["driver"]["id"]) is Begun.MINE
    assert isinstance(failure, Later) or "홍길동" not in caplog.text


class Unasked(Verdicts):
    """Nobody may ask it for a verdict."""

    def __init__(self) -> None:
        pass

    def ask(self, document_id: str, claim: dict[str, str]) -> Answer:
        raise AssertionError(document_id)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: data["verification"]["missing"].append("issueDate"), "before a person says issueDate"),
        (lambda data: data["result"]["keyValues"][2].update(conf=0.89), "before a person has looked at "),
        (lambda data: data["result"]["keyValues"][2].update(conf=None), "before a person has looked at "),
        (lambda data: data["verification"].update(expiresAt="2020-01-01T00:00:00.000Z"), "the offer is over"),
        (lambda data: data.pop("verification"), "no verdict asked for"),
    ],
    ids=["missing", "unsure", "no-confidence", "late", "no-offer"],
)
def test_no_verdict_is_asked_for_that_could_only_do_harm(
    change: Callable[[dict[str, Any]], None], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "consumer")
    event = json.loads((ROOT / "schemas" / "examples" / "resident.json").read_text())
    event["data"]["verification"]["expiresAt"] = "2999-01-01T00:00:00.000Z"
    change(event["data"])
    Desk(Unasked()).work(Messages(ROOT / "schemas").read(json.dumps(event)))
    assert why in caplog.text


def test_what_another_process_has_in_hand_is_left_to_it(pipeline: Pipeline, came: dict[str, dict[str, Any]]) -> None:
    inbox = MemoryInbox()
    inbox.begin(came["driver"]["id"])
    assert once(pipeline, came["driver"], inbox, Failing(AssertionError())) == (0, 1)


@pytest.mark.parametrize("kind", ["memory", "table"])
def test_an_inbox_gives_each_document_to_one(pipeline: Pipeline, table: str, kind: str) -> None:
    mine: Inbox = MemoryInbox() if kind == "memory" else DynamoInbox(pipeline.aws.dynamodb, table)
    other = mine if kind == "memory" else DynamoInbox(pipeline.aws.dynamodb, table)
    assert mine.begin("a") is Begun.MINE
    assert other.begin("a") is Begun.ELSEWHERE
    mine.drop("a")
    assert other.begin("a") is Begun.MINE
    other.done("a")
    mine.drop("a")
    assert mine.begin("a") is Begun.DONE
    assert mine.begin("b") is Begun.MINE


def test_a_lease_ends_and_no_late_drop_takes_the_document_away(pipeline: Pipeline, table: str) -> None:
    dead, next_ = (DynamoInbox(pipeline.aws.dynamodb, table) for _ in range(2))
    assert dead.begin("a") is Begun.MINE
    pipeline.aws.dynamodb.update_item(
        TableName=table,
        Key={"documentId": {"S": "a"}},
        UpdateExpression="SET leaseUntil = :past",
        ExpressionAttributeValues={":past": {"N": str(int(time.time()) - 1)}},
    )
    assert next_.begin("a") is Begun.MINE
    dead.drop("a")
    assert dead.begin("a") is Begun.ELSEWHERE
