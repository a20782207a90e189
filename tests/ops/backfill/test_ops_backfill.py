"""backfill: what was in the bucket before, once, at a pace, and again where it stopped."""

from __future__ import annotations

import json

import pytest

from emulator.control.counters import digest
from ops.common.images import announcements, current_versions
from ops.common.uploads_queue import Pace
from tests.ops.live_pipeline import Here, specimen

CURRENT, FORMER = specimen("credit-card", 1), specimen("credit-card", 2)


@pytest.fixture
def images(here: Here, folder: str) -> list[str]:
    """The keys of twelve images that nobody has heard of, one of them in its second version."""
    keys = [f"credit-card/{folder}/{number} ü+.png" for number in range(12)]
    marker, deleted = f"credit-card/{folder}/", f"credit-card/{folder}/deleted.png"
    with here.unheard():
        here.put(keys[0], FORMER)
        for key in (*keys, deleted):
            here.put(key, CURRENT)
        here.put(marker, b"")
        here.client("s3").delete_object(Bucket=here.outputs.image_bucket_name, Key=deleted)
    return keys


def ids(here: Here, folder: str) -> list[str]:
    found = current_versions(here.client("s3"), here.outputs.image_bucket_name, f"credit-card/{folder}/")
    return [announcements(each)[0].document_id for each in found]


def test_counting_sends_nothing_and_says_what_it_would_cost(here: Here, images: list[str], folder: str) -> None:
    before = here.paid()
    ended = here.ops("backfill", f"credit-card/{folder}/", "--dry-run", "--price-per-thousand", "50")
    assert ended.exit_code == 0, ended.output
    assert "12 images to be sent" in ended.output
    assert "12 credit-card" in ended.output
    assert "about 0.60" in ended.output
    assert not any(here.item(document_id) for document_id in ids(here, folder))
    assert here.paid() == before
    assert not any(key in ended.output for key in images)


def test_every_current_version_is_sent_once_and_a_second_time_passes_them_over(
    here: Here, images: list[str], folder: str
) -> None:
    before = here.ocr.counters().paid.by_image
    ended = here.ops("backfill", f"credit-card/{folder}/", "--per-second", "1000", answer="y\n")
    assert ended.exit_code == 0, ended.output
    assert "Sent: 12 images." in ended.output
    documents = ids(here, folder)
    here.wait_for(lambda: all(here.done(document_id) for document_id in documents))
    paid = here.ocr.counters().paid.by_image
    more = {image: paid.get(digest(image), 0) - before.get(digest(image), 0) for image in (CURRENT, FORMER)}
    assert more == {CURRENT: 12, FORMER: 0}
    again = here.ops("backfill", f"credit-card/{folder}/", "--yes")
    assert "12 images done already" in again.output
    assert "Sent" not in again.output


def test_what_the_ledger_decides_otherwise_is_passed_over_and_said(here: Here, images: list[str], folder: str) -> None:
    documents = ids(here, folder)
    here.write(documents[0], state="parked", attempts=2)
    here.write(documents[1], state="sending", attempts=1, leaseUntil=1 << 40)
    here.write(documents[2], state="free", attempts=0)
    ended = here.ops("backfill", f"credit-card/{folder}/", "--dry-run")
    assert "10 images to be sent" in ended.output
    assert "1 image parked" in ended.output
    assert "1 image with the OCR service now" in ended.output


def test_a_folder_without_a_kind_is_not_sent_to_be_rejected(here: Here, folder: str) -> None:
    with here.unheard():
        here.put(f"passports/{folder}/1.png", specimen("passport", 1))
    ended = here.ops("backfill", f"passports/{folder}/", "--yes")
    assert "1 image outside the folders that name a kind" in ended.output
    assert "Sent" not in ended.output


def test_an_image_that_came_through_by_s3s_own_event_is_known(here: Here, folder: str) -> None:
    here.put(f"credit-card/{folder}/1.png", specimen("credit-card", 1))
    [message] = here.wait_for(lambda: here.seen(here.outputs.results_queue_url))
    here.wait_for(lambda: here.done(json.loads(message["Body"])["id"]))
    assert "1 image done already" in here.ops("backfill", f"credit-card/{folder}/", "--yes").output


def test_the_pace_holds_on_average_and_makes_up_for_no_pause() -> None:
    now, slept = 100.0, []

    def sleep(seconds: float) -> None:
        nonlocal now
        slept.append(seconds)
        now += seconds

    pace = Pace(20, clock=lambda: now, sleep=sleep)
    pace.wait(10)
    pace.wait(10)
    now += 60
    pace.wait(10)
    pace.wait(5)
    assert slept == [0.5, 0.5]
