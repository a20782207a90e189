"""Decimal units of bytes."""

from __future__ import annotations

KB, MB = 1000, 1_000_000


def size_label(size: int) -> str:
    """Return ``size`` bytes as text, for example ``200 KB``."""
    return f"{size // MB} MB" if size >= MB else f"{size // KB} KB"
