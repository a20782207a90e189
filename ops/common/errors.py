"""What an operator is told instead of a traceback."""

from __future__ import annotations


class OpsError(Exception):
    """A command can't be followed; the text is a sentence that holds no value, key or credential."""
