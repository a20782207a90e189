"""Describes the entries of a document's history."""

from __future__ import annotations

import msgspec
from sealed_ocr.aws.attempt_history import Attempt
from sealed_ocr.common.attempt_end import AttemptEnd, DeferralReason
from sealed_ocr.common.timestamps import timestamp

WHY = {
    DeferralReason.BACK_OFF: "the usual pause after a failure",
    DeferralReason.LIMIT: "a limit of the OCR service is reached",
    DeferralReason.CEILING: "the stage's ceiling on calls is reached",
    DeferralReason.CIRCUIT: "a circuit breaker is open: the service does not answer analyses, or the results queue "
    "takes no messages",
}
_ENDS = {
    AttemptEnd.ANALYZED: "analyzed, and its message was sent",
    AttemptEnd.REJECTED: "rejected, and its message was sent",
    AttemptEnd.UNBILLED: "failed, and is proven unbilled",
    AttemptEnd.UNKNOWN: "failed, and the call may have been billed",
    AttemptEnd.FREED: "an operator freed the document for one more attempt",
}


UNDER_WAY, KILLED = "under way", "killed"


class AttemptReport(msgspec.Struct, rename="camel", frozen=True):
    """One entry of the history. ``end`` is a word of ``AttemptEnd``, or ``UNDER_WAY``, or ``KILLED``."""

    attempt_id: str
    invocation_id: str
    begun_at: str
    ended_at: str | None
    end: str
    may_be_billed: bool
    fault: str | None
    deferred_until: str | None
    deferred_because: DeferralReason | None
    sentence: str


def describe_attempt(attempt: Attempt, *, current: bool) -> AttemptReport:
    """Describe an attempt; ``current`` if it holds the document now."""
    ended = None if attempt.seconds is None else attempt.begun + attempt.seconds
    deferred = None if ended is None or attempt.why is None else ended + attempt.wait_seconds
    fault = attempt.fault or None
    if attempt.end is None:
        end = UNDER_WAY if current else KILLED
        text = (
            "under way"
            if current
            else "recorded no end: its function was killed, or could not write; a call may have been billed"
        )
    else:
        end, text = attempt.end, _ENDS[attempt.end]
    if attempt.end is AttemptEnd.FREED:
        text += f" ({fault})"
        fault = None
    elif attempt.end is AttemptEnd.REJECTED and not attempt.may_be_billed:
        text += ", without a call"
    sentence = text + (f" ({fault})" if fault else "")
    if attempt.seconds is not None and attempt.end is not AttemptEnd.FREED:
        sentence = f"after {attempt.seconds} s: {sentence}"
    if deferred is not None and attempt.why is not None:
        sentence += f"; deferred until {timestamp(deferred)}: {WHY[attempt.why]}"
    return AttemptReport(
        attempt.attempt_id,
        attempt.request_id,
        timestamp(attempt.begun),
        None if ended is None else timestamp(ended),
        end,
        attempt.may_be_billed,
        fault,
        None if deferred is None else timestamp(deferred),
        attempt.why,
        sentence,
    )
