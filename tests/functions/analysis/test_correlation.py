"""The uploader's correlation id comes back in every message about an image that was opened, and nowhere else."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from msgspec import UNSET
from sealed_ocr.analysis.correlation import Correlation
from sealed_ocr.analysis.deadline import InvocationDeadline

from emulator.faults.kinds import NotJson
from emulator.testing import Emulator
from tests.support.analyze_parts import Parts
from tests.support.documents import CORRELATION_ID, Drawn, draw
from tests.support.proxy import Proxy
from tests.support.stage import Stage

# Every upload of a test has this one, and after each test the canary searches logs, tables and dead letters for it.
METADATA = {"correlation-id": CORRELATION_ID}


@pytest.mark.parametrize(
    ("content", "key", "type_"),
    [
        (draw("credit-card"), "credit-card/a.png", "analyzed"),
        (draw(), "id-card/a.png", "analyzed"),
        (b"no image", "id-card/a.png", "rejected"),
    ],
)
def test_a_message_repeats_it(
    parts: Parts, stage: Stage, proxy: Proxy, content: Drawn | bytes, key: str, type_: str
) -> None:
    stage.announce(stage.upload(content, key, Metadata=METADATA))
    proxy.reset()
    assert parts.deliver() == []
    (event,) = stage.collect()
    assert event["type"] == f"sealed-ocr.document.{type_}.v1"
    assert event["correlationid"] == CORRELATION_ID
    assert len(proxy.made("GetObject")) == 1
    assert not proxy.made("HeadObject")


def test_a_delayed_message_repeats_it(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    emulator.fault(NotJson(operation="id-card", times=None))
    stage.announce(stage.upload(draw(), "id-card/a.png", Metadata=METADATA))
    assert len(parts.deliver()) == 1
    stage.show_hidden()
    assert parts.deliver() == []
    stage.collect()
    (event,) = stage.delays
    assert event["correlationid"] == CORRELATION_ID


@pytest.fixture
def exhausted(parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy) -> Callable[[str | None], None]:
    """Exhaust the attempts at a document with this id, and let its announcement fail: the next delivery parks it."""

    def exhaust(correlation_id: str | None) -> None:
        emulator.fault(NotJson(operation="id-card", times=None))
        metadata = {"correlation-id": correlation_id} if correlation_id else {}
        stage.announce(stage.upload(draw(), "id-card/a.png", Metadata=metadata))
        proxy.fault("SendMessage", "refuse", 1, where=lambda call: call.resource == f"{stage.name}-results")
        for _ in range(2):
            assert len(parts.deliver()) == 1
            stage.show_hidden()
        assert stage.delays == []
        proxy.reset()

    return exhaust


def test_a_delayed_message_of_another_delivery_repeats_it(
    parts: Parts, stage: Stage, exhausted: Callable[[str | None], None], proxy: Proxy
) -> None:
    exhausted(CORRELATION_ID)
    assert parts.deliver() == []
    stage.collect()
    (event,) = stage.delays
    assert event["correlationid"] == CORRELATION_ID
    assert len(proxy.made("HeadObject")) == 1
    # The image itself may be what killed a function.
    assert not proxy.made("GetObject")
    assert len(stage.collect_dead_letters()) == 1


@pytest.mark.parametrize(("given", "action"), [(None, None), (CORRELATION_ID, "refuse"), (CORRELATION_ID, "delete")])
def test_a_document_is_parked_without_it_if_it_cannot_be_read(
    parts: Parts,
    stage: Stage,
    exhausted: Callable[[str | None], None],
    proxy: Proxy,
    given: str | None,
    action: str | None,
) -> None:
    exhausted(given)
    if action == "refuse":
        proxy.fault("HeadObject", "refuse")
    elif action == "delete":
        bucket = stage.bucket
        for version in stage.aws.s3.list_object_versions(Bucket=bucket).get("Versions", []):
            stage.aws.s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    assert parts.deliver() == []
    stage.collect()
    (event,) = stage.delays
    assert "correlationid" not in event
    assert len(stage.collect_dead_letters()) == 1
    said = [line["fault"] for line in parts.logged() if line["event"] == "correlation_id.not_read"]
    assert len(said) == (action is not None)
    assert all(fault.startswith("HeadObject.") for fault in said)


def test_a_parked_document_without_one_is_not_looked_up(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy
) -> None:
    emulator.fault(NotJson(operation="id-card", times=None))
    stage.announce(stage.upload(draw(), "id-card/a.png", Metadata={}))
    parts.deliver()
    stage.show_hidden()
    proxy.reset()
    assert parts.deliver() == []
    stage.collect()
    assert len(stage.delays) == 1
    assert not proxy.made("HeadObject")


def test_without_time_for_it_a_document_is_parked_all_the_same(
    parts: Parts, stage: Stage, exhausted: Callable[[str | None], None], proxy: Proxy
) -> None:
    class TimeForThreeCalls(InvocationDeadline):
        def allows_aws_calls(self, count: int = 1) -> bool:
            return count <= 3

    exhausted(CORRELATION_ID)
    assert parts.deliver(deadline=TimeForThreeCalls(time.monotonic() + 100, 40)) == []
    stage.collect()
    (event,) = stage.delays
    assert "correlationid" not in event
    assert not proxy.made("HeadObject")


def test_a_message_about_an_image_that_was_not_opened_has_none(parts: Parts, stage: Stage) -> None:
    stage.announce(stage.upload(b"x", "elsewhere/a.png", Metadata=METADATA))
    assert parts.deliver() == []
    (event,) = stage.collect()
    assert event["data"]["rejection"]["code"] == "unknown-document-kind"
    assert "correlationid" not in event


def test_a_faulty_one_is_ignored_and_counted(
    parts: Parts, stage: Stage, counted: Callable[[], dict[str, float]]
) -> None:
    stage.announce(stage.upload(draw("credit-card"), "credit-card/a.png", Metadata={"correlation-id": "Hong Gildong"}))
    assert parts.deliver() == []
    (event,) = stage.collect()
    assert event["type"] == "sealed-ocr.document.analyzed.v1"
    assert "correlationid" not in event
    assert counted()["CorrelationIdIgnored"] == 1


@pytest.mark.unit
@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        ("a", True),
        ("!~" * 64, True),
        ("x" * 129, False),
        ("", False),
        ("two words", False),
        ("tab\there", False),
        ("line\n", False),
        ("é", False),
        ("홍길동", False),
        # S3 returns what is not ASCII like this.
        ("=?UTF-8?B?7ZmN6ri464+Z?=", False),
        ("=?", True),
    ],
)
def test_it_is_1_to_128_visible_ascii_characters(given: str, accepted: bool) -> None:
    correlation = Correlation()
    correlation.read({"correlation-id": given})
    assert (correlation.id, correlation.faulty) == ((given, False) if accepted else (UNSET, True))


@pytest.mark.unit
def test_an_upload_without_one_is_not_faulty() -> None:
    correlation = Correlation()
    correlation.read({"another": "x"})
    assert (correlation.id, correlation.faulty) == (UNSET, False)
    assert "another" not in repr(correlation)
