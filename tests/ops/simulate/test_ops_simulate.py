"""`simulate` drives every outcome of a deployed simulated stage, in the functions' own processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ops.simulate.cases import cases
from ops.simulate.messages import MAX_MESSAGES
from tests.ops.live_pipeline import LivePipeline
from tests.support.canary import assert_clean

REAL = ("홍길동", "임꺽정", "4111111111111111", "000101-9", "GILDONG", "ops-simulate/")


@pytest.fixture
def stage(simulated_pipeline: LivePipeline) -> LivePipeline:
    """The stage with an empty results queue."""
    simulated_pipeline.empty(simulated_pipeline.outputs.results_queue_url)
    return simulated_pipeline


def logs(stage: LivePipeline) -> str:
    folder = Path(stage.environment["SEALED_OCR_OUTPUTS"]).parent
    return "".join(path.read_text() for path in folder.glob("*.log"))


def items(stage: LivePipeline) -> str:
    tables = (stage.outputs.documents_table_name, stage.outputs.request_keys_table_name)
    found = [stage.client("dynamodb").scan(TableName=table, ConsistentRead=True)["Items"] for table in tables]
    return json.dumps(found, ensure_ascii=False)


def test_every_outcome_and_every_verdict_arrives(stage: LivePipeline) -> None:
    ended = stage.run("simulate", "--json", "--timeout", "600")
    assert ended.exit_code == 0, ended.output
    report = json.loads(ended.stdout)
    assert report["differences"] == 0
    assert [(each["kind"], each["outcome"]) for each in report["outcomes"]] == [
        (each.kind, each.name) for each in cases()
    ]
    # No consumer is at work, so each message is still there.
    assert {each["arrived"] for each in report["outcomes"]} == {"message"}
    assert stage.ocr.counters().calls == {}
    # Nothing of a document is where it must not be, and the table names no key.
    assert_clean(ended.output + logs(stage) + items(stage), REAL)


def test_a_message_that_a_consumer_took_has_arrived_by_the_ledger(stage: LivePipeline) -> None:
    sqs, url = stage.client("sqs"), stage.outputs.results_queue_url
    # A queue that takes no time to look at: all of its messages are in flight with a consumer.
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "900"})
    try:
        ended = stage.run("simulate", "--only", "analyzed-card", "--only", "rejected-4000002")
    finally:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"DelaySeconds": "0"})
    assert ended.exit_code == 0, ended.output
    lines = ended.output.splitlines()
    assert [line.split()[-1] for line in lines if line.startswith("ok")] == ["ledger"] * 4
    assert "0 messages seen on the results queue; 4 not seen there" in lines[-1]


def test_the_messages_stay_for_their_consumer(stage: LivePipeline) -> None:
    assert stage.run("simulate", "--only", "analyzed-card").exit_code == 0
    (message,) = stage.peek(stage.outputs.results_queue_url)
    assert json.loads(message["Body"])["data"]["document"]["simulated"] is True
    # One by the command, and one by this test.
    assert message["Attributes"]["ApproximateReceiveCount"] == "2"
    assert MAX_MESSAGES >= 10


def test_a_document_that_does_not_end_in_time_differs(stage: LivePipeline) -> None:
    with stage.without_notifications():
        ended = stage.run("simulate", "--only", "analyzed-card", "--timeout", "1", "--json")
    assert ended.exit_code == 1
    (outcome,) = json.loads(ended.stdout)["outcomes"]
    assert (outcome["seen"], outcome["arrived"], outcome["asExpected"]) == ("not received", None, False)


def test_a_redriven_document_is_analyzed(stage: LivePipeline) -> None:
    ended = stage.run("simulate", "--only", "delayed", "--json")
    assert ended.exit_code == 0, ended.output
    ids = {each["documentId"] for each in json.loads(ended.stdout)["outcomes"]}
    ended = stage.run("redrive", "--pay-again", "--yes", "--follow")
    assert ended.exit_code == 0, ended.output
    assert {stage.item(document_id)["outcome"] for document_id in ids} == {"analyzed"}


def test_an_unknown_outcome_is_refused_with_those_that_there_are(stage: LivePipeline) -> None:
    ended = stage.run("simulate", "--only", "analysed-card")
    assert ended.exit_code == 1
    assert "there is no outcome analysed-card; there are analyzed-card, rejected-4000002" in ended.output


def test_a_stage_that_is_not_simulated_is_refused(pipeline: LivePipeline) -> None:
    before = pipeline.paid_calls()
    ended = pipeline.run("simulate")
    assert ended.exit_code == 1
    assert "is not simulated: its setting simulate is false" in ended.output
    assert pipeline.paid_calls() == before


def test_doctor_says_that_the_stage_is_simulated(stage: LivePipeline) -> None:
    ended = stage.run("doctor")
    assert ended.exit_code == 0, ended.output
    assert "attention  The stage is simulated, and no production stage: it calls no OCR service" in ended.output
    assert "public key" not in ended.output
    assert "secret" not in ended.output
    assert stage.ocr.counters().calls == {}
