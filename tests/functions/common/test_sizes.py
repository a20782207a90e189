"""Sizes for people."""

import pytest
from sealed_ocr.common.sizes import readable_size

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1 KiB"),
        (1536, "1.5 KiB"),
        (16384, "16 KiB"),
        (20 << 20, "20 MiB"),
        (22_020_096, "21 MiB"),
        (5_000_000, "4.8 MiB"),
    ],
)
def test_a_size_has_the_unit_that_suits_it(size: int, shown: str) -> None:
    assert readable_size(size) == shown
