"""The effect of a failed verification on the Request-Key, and the problem for the caller."""

from __future__ import annotations

from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.request_key_states import Step
from sealed_ocr.aws.stored_request_key import VerificationAttempt
from sealed_ocr.ocr.errors import (
    CardLocked,
    ConfigurationFault,
    ContractFault,
    LimitExceeded,
    OcrError,
    OutcomeUnknown,
    Rejected,
    RequestKeyInvalid,
)
from sealed_ocr.runtime.call_counts import CallEnd, call_end
from sealed_ocr.verification.problems import Problem

# Seconds after which a retry may succeed: by itself, or after an operator has acted.
RETRY_SECONDS = 30
IN_PROGRESS_SECONDS = 2
_OPERATOR_SECONDS = 300


def failure_step(failure: OcrError | AwsError, attempt: VerificationAttempt) -> tuple[Step, Problem]:
    """Return the step that ends the attempt, and the problem for the caller."""
    match failure:
        case OutcomeUnknown():
            detail = (
                "the claim went out and no answer came; it may be sent again, and if the lost attempt spent the "
                "Request-Key, that will be said"
            )
            return "doubt", Problem("outcome-unknown", detail)
        case RequestKeyInvalid() if attempt.doubted:
            detail = "an earlier attempt whose answer was lost spent the Request-Key; upload the card's image again"
            return "forfeit", Problem("request-key-spent", detail)
        case RequestKeyInvalid():
            detail = "the OCR service no longer takes the Request-Key; upload the card's image again"
            return "expire", Problem("request-key-expired", detail)
        case CardLocked():
            return "lock", card_locked()
        case LimitExceeded():
            detail = "the OCR service's call limit is reached; the Request-Key is not spent"
            return "free", Problem("rate-limited", detail, retry_after=RETRY_SECONDS)
        case ContractFault() | Rejected():
            return "free", Problem("ocr-error", "the OCR service refused the claim; the Request-Key is not spent")
        case ConfigurationFault():
            detail = "an operator must act first; the Request-Key is not spent"
            return "free", Problem("temporarily-unavailable", detail, retry_after=_OPERATOR_SECONDS)
        case _:
            detail = "no verdict could be had; the Request-Key is not spent"
            return "free", Problem("temporarily-unavailable", detail, retry_after=RETRY_SECONDS)


def verification_end(failure: OcrError | AwsError) -> CallEnd | None:
    """Return how the call ended that failed, or None if it is proven unbilled."""
    answered = isinstance(failure, Rejected | RequestKeyInvalid | CardLocked)
    return CallEnd.WITHOUT_RESULT if answered else call_end(failure)


def card_locked(detail: str = "the authority has locked this card after too many wrong issue dates") -> Problem:
    """Return the problem of a card that the authority has locked."""
    return Problem("card-locked", f"{detail}; do not try again")
