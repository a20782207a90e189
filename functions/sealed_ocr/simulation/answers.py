"""What the simulated service answers, and in which order."""

from __future__ import annotations

from enum import Enum

from sealed_ocr.ocr.errors import OcrError, OutcomeUnknown
from sealed_ocr.ocr.result_codes import failure

LIMIT_EXCEEDED = 4000006
# Not listed in ``result_codes``, and so transient.
UNAVAILABLE = 5000001
NOT_APPROVED = 4000403
REQUEST_KEY_INVALID = 4000122
CARD_LOCKED = 4000123


class Answer(Enum):
    """An answer that is not a failing result code."""

    SUCCESS = "success"
    # The whole request was sent, and nothing came back.
    NONE = "none"


Step = Answer | int
"""A step of a script: an answer, or the result code of a failure."""


def failure_of(step: Step) -> OcrError | None:
    """Return the error that the step stands for, or None for success."""
    match step:
        case Answer.SUCCESS:
            return None
        case Answer.NONE:
            return OutcomeUnknown("no response came in time")
        case code:
            return failure(code)
