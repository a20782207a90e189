"""When a document is tried again after a failed attempt."""

from __future__ import annotations

from sealed_ocr.analysis.backoff import LONGEST_HOLD, LONGEST_WAIT, back_off, jittered
from sealed_ocr.aws.attempt_history import Deferral
from sealed_ocr.common.attempt_end import DeferralReason
from sealed_ocr.ocr.errors import CircuitOpen, HeldBack, LimitExceeded


def deferral_after(failure: Exception, receives: int) -> Deferral:
    """Return the wait after ``failure`` of the delivery that was received ``receives`` times, and its reason."""
    match failure:
        case HeldBack():
            seconds, why = min(failure.wait_seconds, LONGEST_HOLD), DeferralReason.CEILING
        case LimitExceeded():
            seconds, why = LONGEST_WAIT, DeferralReason.LIMIT
        case CircuitOpen():
            seconds, why = back_off(receives), DeferralReason.CIRCUIT
        case _:
            seconds, why = back_off(receives), DeferralReason.BACK_OFF
    return Deferral(jittered(seconds), why)
