"""The command ``erase`` against the running pipeline: it asks, erases, and what comes late is not paid for."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ops.common.images import current_version, possible_events
from ops.erase.summary import EraseReport
from tests.ops.live_pipeline import LivePipeline, specimen
from tests.support.canary import assert_clean, values_of

_QUEUES = ("uploads", "uploads_dead_letter", "results", "results_dead_letter")


def analyze(pipeline: LivePipeline, key: str, kind: Any, seed: int, correlation_id: str) -> dict[str, Any]:
    """Upload an ID card, wait until it is done, and return its message. The ledger says that it was done before."""
    pipeline.client("s3").put_object(
        Bucket=pipeline.outputs.image_bucket_name,
        Key=key,
        Body=specimen(kind, seed),
        Metadata={"correlation-id": correlation_id},
    )
    message: dict[str, Any] = pipeline.wait_for(lambda: message_about(pipeline, key))
    pipeline.wait_for(lambda: pipeline.is_done(message["id"]))
    age(pipeline, message["id"])
    return message


def message_about(pipeline: LivePipeline, key: str) -> dict[str, Any] | None:
    events = [json.loads(each["Body"]) for each in pipeline.peek(pipeline.outputs.results_queue_url)]
    return next((event for event in events if event.get("subject") == key), None)


def age(pipeline: LivePipeline, document_id: str) -> None:
    """Make the ledger say that the document was done an hour ago, so that no function can be at work for it."""
    pipeline.client("dynamodb").update_item(
        TableName=pipeline.outputs.documents_table_name,
        Key={"documentId": {"S": document_id}},
        UpdateExpression="SET updatedAt = :then",
        ExpressionAttributeValues={":then": {"N": str(int(time.time()) - 3600)}},
    )


def everything(pipeline: LivePipeline, folder: str) -> str:
    """Return all that is stored, and the functions' logs."""
    assert pipeline.outputs.function_logs
    logs = [path.read_text() for path in Path(pipeline.outputs.function_logs).glob("*.log")]
    return stored(pipeline, folder) + "".join(logs)


def stored(pipeline: LivePipeline, folder: str) -> str:
    """Return all that is stored: this test's images, both tables and all queues."""
    s3, bucket = pipeline.client("s3"), pipeline.outputs.image_bucket_name
    found: list[Any] = []
    listed = s3.list_object_versions(Bucket=bucket)
    for version in (*listed.get("Versions", []), *listed.get("DeleteMarkers", [])):
        if folder in version["Key"]:
            found += [version["Key"]]
    for version in listed.get("Versions", []):
        if folder in version["Key"]:
            got = s3.get_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
            found += [got["Metadata"], got["Body"].read().hex()]
    for table in (pipeline.outputs.documents_table_name, pipeline.outputs.request_keys_table_name):
        found += pipeline.client("dynamodb").scan(TableName=table, ConsistentRead=True)["Items"]
    for queue in _QUEUES:
        found += [each["Body"] for each in pipeline.peek(getattr(pipeline.outputs, f"{queue}_queue_url"))]
    return json.dumps(found, ensure_ascii=False, default=str)


@pytest.fixture
def card(pipeline: LivePipeline, folder: str) -> dict[str, Any]:
    """The message of an ID card that was analyzed."""
    return analyze(pipeline, f"id-card/{folder}/홍 길동+1.png", "resident", 1, f"order-{folder}")


def test_after_an_erasure_the_canary_finds_nothing_of_the_document_and_all_of_another_one(
    pipeline: LivePipeline, card: dict[str, Any], folder: str, tmp_path: Path
) -> None:
    other = analyze(pipeline, f"id-card/{folder}/성춘향.png", "driver", 2, f"other-{folder}")
    document_id, key = card["id"], card["subject"]
    offered = pipeline.client("dynamodb").get_item(
        TableName=pipeline.outputs.request_keys_table_name, Key={"documentId": {"S": document_id}}
    )["Item"]["requestKey"]["S"]
    event = possible_events(current_version(pipeline.client("s3"), pipeline.outputs.image_bucket_name, key))[-1]
    for url in (pipeline.outputs.uploads_dead_letter_queue_url, pipeline.outputs.results_dead_letter_queue_url):
        body = event.body if "ploads" in url else json.dumps(card)
        pipeline.client("sqs").send_message(QueueUrl=url, MessageBody=body)
    kept = {*values_of(other["data"]["result"]), *values_of(other["data"]["verification"])}
    values = {
        value
        for value in (*values_of(card["data"]["result"]), *values_of(card["data"]["verification"]))
        if value not in kept and value not in card["data"]["verification"]["missing"]
    } - {"resident", "residentNumber", "name", "issueDate", "issuer", "idType"}
    secrets = [key, card["correlationid"], offered, specimen("resident", 1)[20_000:20_064].hex(), *values]
    before = everything(pipeline, folder)
    assert len(values) >= 3
    assert all(secret in before for secret in secrets)
    paid, receipt = pipeline.paid_calls(), tmp_path / "receipt.json"

    ended = pipeline.run("erase", "--key", key, "--yes", "--json", "--receipt", str(receipt))

    assert ended.exit_code == 0, ended.output
    report = msgspec.json.decode(ended.stdout, type=EraseReport)
    assert report.receipt
    assert json.loads(receipt.read_text()) == json.loads(ended.stdout)["receipt"]
    assert report.receipt.documents[0].messages == {
        "results": 1,
        "results-dead-letters": 1,
        "uploads-dead-letters": 1,
    }
    after = everything(pipeline, folder)
    assert_clean(after + ended.output + receipt.read_text(), secrets)
    assert message_about(pipeline, other["subject"]) == other
    assert specimen("driver", 2).hex() in after
    # A late delivery, and an operator's redrive and backfill, end without a call.
    pipeline.client("sqs").send_message(QueueUrl=pipeline.outputs.uploads_queue_url, MessageBody=event.body)
    log = Path(str(pipeline.outputs.function_logs))
    pipeline.wait_for(
        lambda: any('"refusal":"erased"' in path.read_text().replace(": ", ":") for path in log.glob("*.log"))
    )
    assert "Erased on demand" in pipeline.run("status", document_id).output
    assert "erased on demand" not in pipeline.run("backfill", f"id-card/{folder}/", "--dry-run").output
    assert pipeline.paid_calls() == paid
    assert_clean(everything(pipeline, folder), secrets)


def test_a_dry_run_and_a_refusal_erase_nothing(pipeline: LivePipeline, card: dict[str, Any], folder: str) -> None:
    before = stored(pipeline, folder)
    dry = pipeline.run("erase", card["id"], "--dry-run", "--json")
    assert dry.exit_code == 0, dry.output
    report = msgspec.json.decode(dry.stdout, type=EraseReport)
    assert report.receipt is None
    assert [(each.document_id, each.state, each.images, each.request_key) for each in report.documents] == [
        (card["id"], "done", 1, True)
    ]
    refused = pipeline.run("erase", card["id"], answer="n\n")
    assert refused.exit_code == 1
    assert "Erase 1 document? This cannot be undone." in refused.output
    assert pipeline.run("erase", card["id"]).exit_code == 2
    assert stored(pipeline, folder) == before
    assert_clean(dry.output + refused.output, [card["subject"]])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "name what to erase"),
        (("0" * 32, "--correlation-id", "order"), "name what to erase"),
        (("--key", "홍길동", "--correlation-id", "order"), "name what to erase"),
        (("id-card/홍길동.png",), "32 hexadecimal digits"),
        (("0" * 32,), "neither the bucket nor the ledger"),
        (("--key", "id-card/홍길동.png"), "no version of an object with this key"),
        (("--correlation-id", "nobody"), "no image that is still in the bucket"),
        (("0" * 32, "--receipt", "/nowhere/receipt.json"), "no folder for the receipt"),
    ],
)
def test_a_wrong_command_is_refused_with_a_sentence(
    pipeline: LivePipeline, arguments: tuple[str, ...], sentence: str
) -> None:
    ended = pipeline.run("erase", *arguments, "--yes")
    assert ended.exit_code == 1
    assert sentence in ended.output
    assert "홍길동" not in ended.output


def test_a_document_that_is_being_sent_is_refused_with_the_time_to_try_again(
    pipeline: LivePipeline, folder: str
) -> None:
    key = f"id-card/{folder}/card.png"
    with pipeline.without_notifications():
        pipeline.upload(key, specimen("resident", 1))
    event = possible_events(current_version(pipeline.client("s3"), pipeline.outputs.image_bucket_name, key))[-1]
    lease = int(time.time()) + 600
    pipeline.write_item(event.document_id, state="sending", attempts=1, leaseUntil=lease, attemptId="another")
    item = pipeline.item(event.document_id)
    ended = pipeline.run("erase", "--key", key, "--yes")
    assert ended.exit_code == 1
    assert "is being sent" in ended.output
    assert time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(lease)) in ended.output
    assert pipeline.item(event.document_id) == item
    assert current_version(pipeline.client("s3"), pipeline.outputs.image_bucket_name, key)
