"""Values that hold what is personal or secret."""

from __future__ import annotations

import msgspec


class Quiet(msgspec.Struct, frozen=True):
    """A value that shows nothing of itself in a log or a traceback but its type's name."""

    def __repr__(self) -> str:
        """Name the type alone."""
        return f"{type(self).__name__}()"
