"""What a failed verification means for the Request-Key, and what the caller is told of it."""

from __future__ import annotations

from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.request_key_states import Step
from sealed_ocr.aws.request_keys import Attempt
from sealed_ocr.ocr import result_codes
from sealed_ocr.ocr.errors import (
    CardLocked,
    ConfigurationFault,
    ContractFault,
    OcrError,
    OutcomeUnknown,
    Rejected,
    RequestKeyInvalid,
)
from sealed_ocr.verification.problems import Problem

# Seconds after which another try is worth while.
LATER = 30
_ONCE_MENDED = 300


def consequence(failure: OcrError | AwsError, attempt: Attempt) -> tuple[Step, Problem]:
    """Return the step that ends the attempt, and what the caller is told."""
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
            return "lock", locked()
        case OcrError(code=result_codes.LIMIT_EXCEEDED):
            detail = "the OCR service's call limit is reached; the Request-Key is not spent"
            return "free", Problem("rate-limited", detail, retry_after=LATER)
        case ContractFault() | Rejected():
            return "free", Problem("ocr-error", "the OCR service refused the claim; the Request-Key is not spent")
        case ConfigurationFault():
            detail = "an operator must act first; the Request-Key is not spent"
            return "free", Problem("temporarily-unavailable", detail, retry_after=_ONCE_MENDED)
        case _:
            detail = "no verdict could be had; the Request-Key is not spent"
            return "free", Problem("temporarily-unavailable", detail, retry_after=LATER)


def locked() -> Problem:
    """Return the problem of a card that the authority has locked."""
    detail = "the authority has locked this card after too many wrong issue dates; do not try again"
    return Problem("card-locked", detail)
