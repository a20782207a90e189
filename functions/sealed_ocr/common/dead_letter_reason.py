"""Why an upload event is in the dead-letter queue: the message attribute ``reason``."""

from __future__ import annotations

from enum import StrEnum


class DeadLetterReason(StrEnum):
    """A reason that the analyze function gives. SQS itself moves messages without one."""

    UNKNOWN_OUTCOME = "unknown-outcome"
    MALFORMED_EVENT = "malformed-event"
