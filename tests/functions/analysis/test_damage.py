"""Nothing is paid for an image that S3 does not return as it was uploaded."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emulator.testing import Emulator
from tests.support.analyze_parts import Parts
from tests.support.audit import assert_deferred_unpaid
from tests.support.documents import NAME, draw
from tests.support.polling import until
from tests.support.proxy import Proxy
from tests.support.stage import Stage

Counted = Callable[[], dict[str, float]]
CARD = f"credit-card/{NAME}.png"
CHUNK = 256 * 1024


def flipped(body: bytes) -> bytes:
    """Change one bit in the last byte."""
    return body[:-1] + bytes((body[-1] ^ 1,))


@pytest.mark.parametrize("size", [500, CHUNK, CHUNK + 16, 3 * CHUNK + 5])
def test_an_image_with_a_wrong_checksum_is_never_sent_completely(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy, counted: Counted, size: int
) -> None:
    stage.announce(stage.upload(draw("credit-card", size=size), CARD, ChecksumAlgorithm="CRC32"))
    proxy.fault("GetObject", "change", change=flipped)
    assert len(parts.deliver()) == 1
    assert_deferred_unpaid(stage, emulator, "GetObject.FlexibleChecksumError")
    assert counted()["Transient:credit-card"] == 1


def test_a_truncated_download_is_never_sent_completely(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy
) -> None:
    stage.announce(stage.upload(draw("credit-card", size=3 * CHUNK), CARD))
    proxy.fault("GetObject", "cut", times=1)
    assert len(parts.deliver()) == 1
    assert (stage.item()["state"], stage.item()["attempts"]) == ("free", "0")
    stage.show_hidden()
    assert parts.deliver() == []
    until(lambda: emulator.counters().incomplete_bodies == 1)
    assert emulator.counters().paid.total == 1


@pytest.mark.parametrize(
    ("refusal", "status", "metric"),
    [
        ("AccessDenied", 403, "ConfigurationError"),
        # The key of the bucket is scheduled for deletion.
        ("KMS.KMSInvalidStateException", 400, "ConfigurationError"),
        ("SlowDown", 503, "Transient:credit-card"),
    ],
)
def test_an_image_that_s3_refuses_for_now_is_deferred(
    parts: Parts,
    stage: Stage,
    emulator: Emulator,
    proxy: Proxy,
    counted: Counted,
    refusal: str,
    status: int,
    metric: str,
) -> None:
    stage.announce(stage.upload(draw("credit-card"), CARD))
    proxy.fault("GetObject", "refuse", code=refusal, status=status)
    assert len(parts.deliver()) == 1
    assert stage.item()["reason"] == f"GetObject.{refusal}"
    assert emulator.counters().calls == {}
    assert counted()[metric] == 1
