"""The OCR service gets exactly the uploaded version of an image; otherwise nothing is paid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator.control.counters import digest
from emulator.testing import Emulator
from tests.support.analyze_parts import Parts
from tests.support.documents import NAME, draw
from tests.support.proxy import Proxy
from tests.support.stage import MIB, Stage, Uploaded

Counted = Callable[[], dict[str, float]]
CARD = f"credit-card/{NAME}.png"
CHUNK = 256 * 1024


def code(stage: Stage) -> str:
    """Return the code of the only message, a rejection."""
    (event,) = stage.collect()
    assert event["type"] == "sealed-ocr.document.rejected.v1"
    assert stage.result_attributes[0]["type"] == event["type"]
    assert (stage.item()["state"], stage.item()["outcome"]) == ("done", "rejected")
    return str(event["data"]["rejection"]["code"])


@pytest.mark.parametrize(
    "size",
    [CHUNK - 17, CHUNK - 16, CHUNK - 1, CHUNK, CHUNK + 1, CHUNK + 15, CHUNK + 16, 2 * CHUNK, MIB + 7, 20 * MIB - 1024],
)
def test_the_service_receives_exactly_the_image(parts: Parts, stage: Stage, emulator: Emulator, size: int) -> None:
    drawn = draw("credit-card", size=size)
    stage.announce(stage.upload(drawn, CARD, ChecksumAlgorithm="CRC32"))
    assert parts.deliver() == []
    assert emulator.counters().paid.by_image == {digest(drawn.content): 1}
    assert stage.collect()[0]["type"] == "sealed-ocr.document.analyzed.v1"


def test_a_stale_key_makes_the_image_be_read_again_from_its_start(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy
) -> None:
    first, second = (draw("credit-card", size=CHUNK + 1000) for _ in range(2))
    stage.announce(stage.upload(first, CARD))
    parts.deliver()
    emulator.rotate("credit-card")
    stage.announce(stage.upload(second, CARD))
    assert parts.deliver() == []
    counters = emulator.counters()
    assert counters.paid.by_image == {digest(first.content): 1, digest(second.content): 1}
    assert counters.repeated_symmetric_keys == 0
    assert len(proxy.made("GetObject")) == 3


@pytest.mark.parametrize("change", ["overwritten", "deleted"])
def test_an_image_gone_before_it_is_read_is_rejected(
    parts: Parts, stage: Stage, emulator: Emulator, change: str
) -> None:
    stage.announce(stage.upload(draw("credit-card"), CARD))
    if change == "overwritten":
        stage.upload(draw("credit-card"), CARD)
    else:
        stage.aws.s3.delete_object(Bucket=stage.bucket, Key=CARD)
    assert parts.deliver() == []
    assert code(stage) == f"image-{change}"
    assert emulator.counters().calls == {}


@pytest.mark.parametrize("change", ["overwritten", "deleted"])
def test_an_image_gone_before_its_second_reading_is_rejected(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy, counted: Counted, change: str
) -> None:
    stage.announce(stage.upload(draw("credit-card"), "credit-card/before.png"))
    parts.deliver()
    emulator.rotate("credit-card")
    stage.announce(stage.upload(draw("credit-card"), CARD))
    bucket = stage.aws.s3

    def change_it() -> Any:
        if len(proxy.made("GetObject", CARD)) == 2:
            if change == "overwritten":
                return bucket.put_object(Bucket=stage.bucket, Key=CARD, Body=b"another")
            return bucket.delete_object(Bucket=stage.bucket, Key=CARD)
        return None

    proxy.fault("GetObject", "pass", where=lambda call: call.resource == CARD, first=change_it)
    assert parts.deliver() == []
    codes = [event["data"]["rejection"]["code"] for event in stage.collect() if "rejection" in event["data"]]
    assert codes == [f"image-{change}"]
    assert emulator.counters().paid.total == 1
    assert "ContractError" not in counted()


# A server between us and S3 may give it, so it proves nothing. S3's own page is not readable either if it quotes a key
# that XML cannot hold.
@pytest.mark.parametrize("status", [403, 404, 405, 412])
@pytest.mark.parametrize("key", [CARD, "credit-card/\x01.png"], ids=["a key", "a key that XML cannot hold"])
def test_a_status_without_a_code_rejects_no_image(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy, key: str, status: int
) -> None:
    stage.announce(stage.upload(draw("credit-card"), key))
    proxy.fault("GetObject", "refuse", code=str(status), status=status)
    assert len(parts.deliver()) == 1
    assert (stage.collect(), emulator.counters().calls) == ([], {})
    assert stage.item()["state"] == "free"


def versioned(stage: Stage) -> tuple[Uploaded, bytes]:
    stage.aws.s3.put_bucket_versioning(Bucket=stage.bucket, VersioningConfiguration={"Status": "Enabled"})
    drawn = draw("credit-card")
    return stage.upload(drawn, CARD, versioned=True), drawn.content


@pytest.mark.parametrize("later", ["nothing", "overwritten", "deleted"])
def test_the_version_of_the_event_is_read_despite_later_changes(
    parts: Parts, stage: Stage, emulator: Emulator, later: str
) -> None:
    uploaded, content = versioned(stage)
    stage.announce(uploaded)
    if later == "overwritten":
        stage.upload(draw("credit-card"), CARD)
    elif later == "deleted":
        stage.aws.s3.delete_object(Bucket=stage.bucket, Key=CARD)
    assert parts.deliver() == []
    (event,) = stage.collect()
    assert event["data"]["document"]["versionId"] == uploaded.record["s3"]["object"]["versionId"]
    assert emulator.counters().paid.by_image == {digest(content): 1}


def test_two_versions_are_two_documents(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    first, content = versioned(stage)
    stage.announce(first)
    second = stage.upload(content, CARD, versioned=True)
    stage.announce(second)
    assert parts.deliver() == []
    assert len({event["id"] for event in stage.collect()}) == 2
    assert emulator.counters().paid.by_image == {digest(content): 2}


def test_a_deleted_version_is_a_deleted_image(parts: Parts, stage: Stage) -> None:
    uploaded, _ = versioned(stage)
    stage.announce(uploaded)
    version = uploaded.record["s3"]["object"]["versionId"]
    stage.aws.s3.delete_object(Bucket=stage.bucket, Key=CARD, VersionId=version)
    assert parts.deliver() == []
    assert code(stage) == "image-deleted"


@pytest.mark.parametrize(
    ("refusal", "status", "expected"),
    [("InvalidObjectState", 403, "image-archived"), ("InvalidRequest", 400, "image-unreadable-key")],
)
def test_an_image_that_no_repetition_makes_readable_is_rejected(
    parts: Parts,
    stage: Stage,
    emulator: Emulator,
    proxy: Proxy,
    counted: Counted,
    refusal: str,
    status: int,
    expected: str,
) -> None:
    stage.announce(stage.upload(draw("credit-card"), CARD))
    proxy.fault("GetObject", "refuse", code=refusal, status=status)
    assert parts.deliver() == []
    assert code(stage) == expected
    assert emulator.counters().calls == {}
    assert counted() == {"Rejected:credit-card": 1, "TransientShare": 1}


def test_an_archived_image_is_rejected(parts: Parts, stage: Stage) -> None:
    stage.announce(stage.upload(draw("credit-card"), CARD, StorageClass="DEEP_ARCHIVE"))
    assert parts.deliver() == []
    assert code(stage) == "image-archived"


def test_an_image_in_a_class_that_is_read_at_once_is_analyzed(parts: Parts, stage: Stage) -> None:
    stage.announce(stage.upload(draw("credit-card"), CARD, StorageClass="GLACIER_IR"))
    assert parts.deliver() == []
    assert stage.collect()[0]["type"] == "sealed-ocr.document.analyzed.v1"
