"""backfill: every existing image is sent once, at a limited rate, and the command can be repeated."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emulator.control.counters import digest
from ops.backfill.rate_limiter import RateLimiter
from ops.common.images import current_versions, possible_events
from tests.ops.live_pipeline import LivePipeline, specimen

CURRENT, FORMER = specimen("credit-card", 1), specimen("credit-card", 2)


@pytest.fixture
def images(pipeline: LivePipeline, folder: str) -> list[str]:
    """The keys of twelve images that caused no notification. One of them has two versions."""
    keys = [f"credit-card/{folder}/{number} ü+.png" for number in range(12)]
    marker, deleted = f"credit-card/{folder}/", f"credit-card/{folder}/deleted.png"
    with pipeline.without_notifications():
        pipeline.upload(keys[0], FORMER)
        for key in (*keys, deleted):
            pipeline.upload(key, CURRENT)
        pipeline.upload(marker, b"")
        pipeline.client("s3").delete_object(Bucket=pipeline.outputs.image_bucket_name, Key=deleted)
    return keys


def ids(pipeline: LivePipeline, folder: str) -> list[str]:
    found = current_versions(pipeline.client("s3"), pipeline.outputs.image_bucket_name, f"credit-card/{folder}/")
    return [possible_events(each)[0].document_id for each in found]


def test_a_dry_run_sends_nothing_and_estimates_the_cost(
    pipeline: LivePipeline, images: list[str], folder: str, tmp_path: Path
) -> None:
    before = pipeline.paid_calls()
    variables = pipeline.with_prices(tmp_path, {"credit-card": 150, "id-card": 9000})
    ended = pipeline.run("backfill", f"credit-card/{folder}/", "--dry-run", **variables)
    assert ended.exit_code == 0, ended.output
    assert "12 images to be sent" in ended.output
    assert "12 credit-card" in ended.output
    assert "about 1.80 USD." in ended.output
    assert not any(pipeline.item(document_id) for document_id in ids(pipeline, folder))
    assert pipeline.paid_calls() == before
    assert not any(key in ended.output for key in images)


def test_every_current_version_is_sent_once_and_a_second_run_skips_them(
    pipeline: LivePipeline, images: list[str], folder: str
) -> None:
    before = pipeline.ocr.counters().paid.by_image
    ended = pipeline.run("backfill", f"credit-card/{folder}/", "--per-second", "1000", answer="y\n")
    assert ended.exit_code == 0, ended.output
    assert "Sent: 12 images." in ended.output
    documents = ids(pipeline, folder)
    pipeline.wait_for(lambda: all(pipeline.is_done(document_id) for document_id in documents))
    paid = pipeline.ocr.counters().paid.by_image
    calls = {image: paid.get(digest(image), 0) - before.get(digest(image), 0) for image in (CURRENT, FORMER)}
    assert calls == {CURRENT: 12, FORMER: 0}
    again = pipeline.run("backfill", f"credit-card/{folder}/", "--yes")
    assert "12 images done already" in again.output
    assert "Sent" not in again.output


def test_parked_and_sending_documents_are_skipped_and_counted(
    pipeline: LivePipeline, images: list[str], folder: str
) -> None:
    documents = ids(pipeline, folder)
    pipeline.write_item(documents[0], state="parked", attempts=2)
    pipeline.write_item(documents[1], state="sending", attempts=1, leaseUntil=1 << 40)
    pipeline.write_item(documents[2], state="free", attempts=0)
    ended = pipeline.run("backfill", f"credit-card/{folder}/", "--dry-run")
    assert "10 images to be sent" in ended.output
    assert "1 image parked" in ended.output
    assert "1 image with the OCR service now" in ended.output


def test_images_outside_the_folders_of_a_kind_are_skipped(pipeline: LivePipeline, folder: str) -> None:
    with pipeline.without_notifications():
        pipeline.upload(f"passports/{folder}/1.png", specimen("passport", 1))
    ended = pipeline.run("backfill", f"passports/{folder}/", "--yes")
    assert "1 image outside the folders that name a kind" in ended.output
    assert "Sent" not in ended.output


def test_an_image_that_was_analyzed_after_its_own_notification_is_skipped(pipeline: LivePipeline, folder: str) -> None:
    pipeline.upload(f"credit-card/{folder}/1.png", specimen("credit-card", 1))
    [message] = pipeline.wait_for(lambda: pipeline.peek(pipeline.outputs.results_queue_url))
    pipeline.wait_for(lambda: pipeline.is_done(json.loads(message["Body"])["id"]))
    assert "1 image done already" in pipeline.run("backfill", f"credit-card/{folder}/", "--yes").output


def test_the_rate_is_limited_on_average_and_pauses_are_not_made_up_for() -> None:
    now, slept = 100.0, []

    def sleep(seconds: float) -> None:
        nonlocal now
        slept.append(seconds)
        now += seconds

    limiter = RateLimiter(20, clock=lambda: now, sleep=sleep)
    limiter.wait(10)
    limiter.wait(10)
    now += 60
    limiter.wait(10)
    limiter.wait(5)
    assert slept == [0.5, 0.5]
