"""Short forms of long ids, which are unambiguous among the attempts at one document."""

from __future__ import annotations

ID_DIGITS = 8


def short_id(long_id: str) -> str:
    """Return the first digits of a random id: that of an attempt, or of an invocation."""
    return long_id[:ID_DIGITS]
