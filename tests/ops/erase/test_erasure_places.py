"""What an erasure finds in the bucket and the queues, what it leaves, and what its receipt says it could not see."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import msgspec
import pytest

from infra.limits import ANALYZE_TIMEOUT_SECONDS
from ops.common.errors import OpsError
from ops.erase.erasure import FUNCTION_SECONDS
from ops.erase.look import Bounds
from ops.erase.receipt import Receipt, require_new_file
from tests.ops.erase.erasure_stage import ErasureStage
from tests.support.canary import assert_clean
from tests.support.proxy import Proxy


def places(receipt: Receipt) -> dict[str, int | None]:
    return {each.place: each.messages for each in receipt.not_seen}


ALWAYS: dict[str, int | None] = {"backups": None, "logs": None, "lock-guard": None, "consumers": None}


def test_all_versions_of_a_key_are_erased_with_its_delete_markers(stage: ErasureStage) -> None:
    uploads = stage.put("hong-gildong", versions=3)
    stage.put("hong-gildong-2")
    s3, bucket, key = stage.client("s3"), stage.outputs.image_bucket_name, uploads[0].document.key
    s3.delete_object(Bucket=bucket, Key=key)
    # AWS's events name the version. Two of the documents are known by it, and one is not known yet.
    for upload in uploads[1:]:
        stage.claim(upload.document.document_id, 3600, "done")
    receipt = stage.erase(key=key)
    assert {each.document_id for each in receipt.documents} >= {upload.document.document_id for upload in uploads}
    assert sum(each.delete_markers for each in receipt.documents) == 1
    listed = s3.list_object_versions(Bucket=bucket)
    assert [version["Key"] for version in listed["Versions"]] == [f"{key.removesuffix('.png')}-2.png"]
    assert not listed.get("DeleteMarkers")


def test_one_of_two_versions_leaves_the_other_one_as_hidden_as_it_was(stage: ErasureStage) -> None:
    first, second = stage.put("hong-gildong", versions=2)
    s3, bucket, key = stage.client("s3"), stage.outputs.image_bucket_name, first.document.key
    s3.delete_object(Bucket=bucket, Key=key)
    receipt = stage.erase(second.document.document_id, key=key)
    assert (receipt.documents[0].images, receipt.documents[0].delete_markers) == (1, 0)
    listed = s3.list_object_versions(Bucket=bucket)
    assert [version["VersionId"] for version in listed["Versions"]] == [first.document.version_id]
    assert len(listed["DeleteMarkers"]) == 1
    assert receipt.complete


def test_an_image_from_before_the_bucket_kept_versions_is_erased(stage: ErasureStage) -> None:
    s3, bucket = stage.client("s3"), stage.outputs.image_bucket_name
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    (upload,) = stage.put("hong-gildong")
    assert upload.document.version_id is msgspec.UNSET
    stage.erase(upload.document.document_id)
    assert not s3.list_object_versions(Bucket=bucket).get("Versions")


def test_documents_are_found_by_the_uploaders_id(stage: ErasureStage, proxy: Proxy) -> None:
    mine = [upload for name in ("one", "two") for upload in stage.put(name, correlation_id="order-4711")]
    stage.put("three", correlation_id="order-47110")
    stage.put("four")
    for upload in mine:
        stage.claim(upload.document.document_id, 3600, "done")
    receipt = stage.erase(correlation_id="order-4711", prefix="id-card/")
    assert {each.document_id for each in receipt.documents} == {upload.document.document_id for upload in mine}
    keys = [
        each["Key"] for each in stage.client("s3").list_objects_v2(Bucket=stage.outputs.image_bucket_name)["Contents"]
    ]
    assert keys == ["id-card/2026/four.png", "id-card/2026/three.png"]
    proxy.fault("HeadObject", "refuse", status=400, code="400")
    with pytest.raises(OpsError, match="no image that is still in the bucket"):
        stage.erase(correlation_id="order-47110")


def test_the_receipt_says_of_how_many_images_s3_told_nothing(stage: ErasureStage, proxy: Proxy) -> None:
    stage.put("sealed")
    (upload,) = stage.put("hong-gildong", correlation_id="order-4711")
    stage.claim(upload.document.document_id, 3600, "done")
    proxy.fault("HeadObject", "refuse", where=lambda call: "sealed" in call.resource, status=400, code="400")
    receipt = stage.erase(correlation_id="order-4711")
    assert places(receipt) == ALWAYS | {"images": 1}


@pytest.mark.parametrize("key", [None, "id-card/2026/nobody.png"])
def test_what_nobody_knows_is_not_erased(stage: ErasureStage, key: str | None) -> None:
    before = stage.everything()
    for document_id in ("0" * 32, None):
        if document_id or key:
            with pytest.raises(OpsError, match="nothing was changed"):
                stage.erase(document_id, key=key)
    assert stage.everything() == before


def test_a_document_is_not_half_erased_under_a_wrong_key_or_prefix(stage: ErasureStage) -> None:
    mine = stage.store("hong-gildong")
    before = stage.everything()
    for key, prefix in (("id-card/2026/nobody.png", ""), (None, "credit-card/")):
        with pytest.raises(OpsError, match=r"nothing was changed\. Leave out --key and --prefix"):
            stage.erase(mine.document_id, key=key, prefix=prefix)
    assert stage.everything() == before


def test_a_wrong_correlation_id_is_refused(stage: ErasureStage) -> None:
    with pytest.raises(OpsError, match="visible ASCII"):
        stage.erase(correlation_id="홍길동")


def test_the_other_uploads_of_a_dead_letter_stay_with_its_reason(stage: ErasureStage) -> None:
    (mine,), (other,) = stage.put("hong-gildong"), stage.put("seong-chunhyang")
    stage.claim(mine.document.document_id, 3600, "done")
    both = json.dumps({"Records": [mine.record, other.record, {"malformed": True}]})
    stage.send("uploads_dead_letter_queue_url", both, reason="malformed-event")
    stage.send("uploads_dead_letter_queue_url", "good morning", reason="malformed-event")
    receipt = stage.erase(mine.document.document_id)
    left = {
        message["Body"]: message["MessageAttributes"]["reason"]["StringValue"]
        for message in stage.peek("uploads_dead_letter_queue_url")
    }
    assert left.pop("good morning") == "malformed-event"
    ((body, reason),) = left.items()
    assert (json.loads(body), reason) == ({"Records": [other.record, {"malformed": True}]}, "malformed-event")
    assert places(receipt) == ALWAYS | {"uploads-dead-letters": 1}


def test_messages_that_others_hold_and_uploads_that_wait_are_in_the_receipt(stage: ErasureStage) -> None:
    mine = stage.store("hong-gildong")
    stage.send("uploads_queue_url", mine.upload.event())
    sqs, url = stage.client("sqs"), stage.outputs.results_queue_url
    (held,) = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1, VisibilityTimeout=600)["Messages"]
    receipt = stage.erase(mine.document_id)
    assert places(receipt) == ALWAYS | {"results": 1, "uploads": 1}
    assert receipt.complete
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=held["ReceiptHandle"], VisibilityTimeout=0)
    assert stage.erase(mine.document_id).documents[0].messages == {"results": 1}
    assert stage.bodies("uploads_queue_url") == [mine.upload.event()]


@pytest.mark.parametrize(("bounds", "ended"), [(Bounds(0, 100, 0), "time"), (Bounds(300, 5, 0), "count")])
def test_a_look_that_reaches_a_bound_is_not_complete(stage: ErasureStage, bounds: Bounds, ended: str) -> None:
    mine = stage.store("hong-gildong")
    for number in range(95):
        stage.send("results_queue_url", json.dumps({"data": {"document": {"documentId": f"{number:032x}"}}}))
    receipt = stage.erase(mine.document_id, bounds=bounds)
    assert not receipt.complete
    assert receipt.scan.queues[0].ended == ended
    assert receipt.scan.queues[0].looked < 95
    assert any("others may be left" in each.sentence for each in receipt.not_seen)
    assert stage.erase(mine.document_id).complete


def test_every_message_is_looked_at_once_and_visible_afterwards(stage: ErasureStage) -> None:
    (upload,) = stage.put("hong-gildong")
    stage.claim(upload.document.document_id, 3600, "done")
    for number in range(95):
        stage.send("results_queue_url", json.dumps({"data": {"document": {"documentId": f"{number:032x}"}}}))
    bounds = Bounds(poll_seconds=0)
    (look, *_) = stage.erase(upload.document.document_id, bounds=bounds).scan.queues
    assert (look.looked, look.unreadable, look.found, look.ended) == (95, 0, {}, "empty")
    # The message that tells consumers came after the look.
    received = [
        message["Attributes"]["ApproximateReceiveCount"]
        for _ in range(10)
        for message in stage.client("sqs").receive_message(
            QueueUrl=stage.outputs.results_queue_url,
            MaxNumberOfMessages=10,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )["Messages"]
    ]
    assert sorted(received) == ["1", *["2"] * 95]


def test_messages_are_visible_again_after_a_failure(stage: ErasureStage, proxy: Proxy) -> None:
    mine = stage.store("hong-gildong")
    proxy.fault("DeleteMessage", "refuse", status=403)
    before = stage.everything()
    with pytest.raises(Exception, match="DeleteMessage failed"):
        stage.erase(mine.document_id)
    proxy.reset()
    # `everything` checks that no message is hidden.
    assert len(stage.everything()) < len(before)
    assert stage.erase(mine.document_id).complete


def test_the_wait_ends_when_no_function_can_send_anything_more(stage: ErasureStage) -> None:
    assert FUNCTION_SECONDS == ANALYZE_TIMEOUT_SECONDS
    ends = {"old": (3600.0, "done"), "young": (20.0, "done"), "doubted": (3600.0, "unknown"), "unknown": (None, "")}
    waits = {}
    for name, (ago, end) in ends.items():
        (upload,) = stage.put(name)
        if ago is not None:
            stage.claim(upload.document.document_id, ago, end)
        stage.slept.clear()
        stage.erase(upload.document.document_id)
        waits[name] = stage.slept[0] if stage.slept else 0
    assert waits["old"] == 0
    assert FUNCTION_SECONDS - 60 < waits["young"] < FUNCTION_SECONDS
    assert waits["doubted"] == pytest.approx(FUNCTION_SECONDS, abs=30)
    assert waits["unknown"] == pytest.approx(FUNCTION_SECONDS, abs=30)


def test_a_receipt_is_written_once_and_for_its_owner(stage: ErasureStage, tmp_path: Path) -> None:
    mine = stage.store("hong-gildong")
    path = tmp_path / "receipt.json"
    require_new_file(path)
    receipt = stage.erase(mine.document_id)
    receipt.write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert msgspec.json.decode(path.read_bytes(), type=Receipt) == receipt
    assert_clean(path.read_text(), [*mine.secrets, mine.key])
    with pytest.raises(OpsError, match="exists already"):
        require_new_file(path)
    with pytest.raises(OpsError, match="can't be written"):
        receipt.write(path)
    with pytest.raises(OpsError, match="no folder"):
        require_new_file(tmp_path / "nowhere" / "receipt.json")
