"""Values that hold personal or secret data."""

from __future__ import annotations

import msgspec


class Redacted(msgspec.Struct, frozen=True):
    """A value whose ``repr`` shows only the name of its type, so that no log or traceback can leak it."""

    def __repr__(self) -> str:
        """Return the name of the type."""
        return f"{type(self).__name__}()"
