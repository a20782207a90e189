"""The log lines that other programs follow."""

from __future__ import annotations

from enum import StrEnum


class LogEvent(StrEnum):
    """The text of a log line, without what follows its colon."""

    CALL_OUTCOME_UNKNOWN = "the outcome of the call is unknown"
    CLAIM_NOT_JUDGED = "the claim was not judged"
    DEAD_LETTERED = "sent to the dead-letter queue"
    DOCUMENT_FINISHED = "document finished"
    HELD_BACK = "the call is held back"
    INTERNAL_ERROR = "internal error"
    NOT_CLAIMED = "not claimed"
    OPERATOR_MUST_ACT = "an operator must act"
    PREVIOUS_ATTEMPT_KILLED = "the previous attempt was killed"
    PROTOCOL_ERROR = "protocol error"
    RETRYING_LATER = "the attempt failed and is retried later"
