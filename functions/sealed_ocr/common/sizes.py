"""Sizes for people."""

from __future__ import annotations


def readable_size(size: int) -> str:
    """Return a number of bytes in the unit that suits it, for example "1 byte", "1.5 KiB" or "20 MiB"."""
    if size < 1 << 10:
        return f"{size} byte{'' if size == 1 else 's'}"
    value, unit = (size / (1 << 10), "KiB") if size < 1 << 20 else (size / (1 << 20), "MiB")
    return f"{value:.1f}".removesuffix(".0") + f" {unit}"
