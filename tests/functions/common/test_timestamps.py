"""Moments are written as RFC 3339."""

from __future__ import annotations

import pytest
from sealed_ocr.common.timestamps import timestamp

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("epoch", "shown"),
    [(0, "1970-01-01T00:00:00.000Z"), (1.9996, "1970-01-01T00:00:01.999Z"), (1e9, "2001-09-09T01:46:40.000Z")],
)
def test_timestamps_are_utc_with_milliseconds(epoch: float, shown: str) -> None:
    assert timestamp(epoch) == shown
