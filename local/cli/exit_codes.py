"""The exit codes of the commands."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    ANALYZED = 0
    REJECTED = 1
    USAGE_ERROR = 2
    TIMED_OUT = 3
    PIPELINE_FAILED = 4
    INTERRUPTED = 130
