"""The error that operators see as a sentence instead of a traceback."""

from __future__ import annotations


class OpsError(Exception):
    """A command cannot be carried out. The text holds no value, object key or credential."""
