"""From an HTTP answer to the service's ``result``, or to the error that it stands for."""

from __future__ import annotations

from typing import Any

import msgspec

from sealed_ocr.ocr import result_codes
from sealed_ocr.ocr.errors import OcrError, OutcomeUnknown, Transient
from sealed_ocr.ocr.models import Header
from sealed_ocr.ocr.transport import Answer

_PAYLOAD_TOO_LARGE = 413
_OK = 200


def result(answer: Answer) -> dict[str, Any]:
    """Return the ``result`` of a successful answer, as a plain tree.

    Raises
    ------
    OcrError
        the kind that the result code stands for; for an answer that is not the service's (another HTTP status, not
        its JSON), ``OutcomeUnknown``, or ``Transient`` when the request had not gone out completely.
    """
    if answer.status == _PAYLOAD_TOO_LARGE:
        raise result_codes.failure(result_codes.TOO_LARGE)
    if answer.status != _OK:
        raise _not_the_service(answer, f"the answer's HTTP status was {answer.status}")
    try:
        tree = msgspec.json.decode(answer.body)
        header = msgspec.convert(tree["header"], Header)
    except (msgspec.DecodeError, ValueError, LookupError, TypeError, RecursionError):
        raise _not_the_service(answer, "the answer was not the OCR service's JSON") from None
    if header.is_successful is not (header.result_code == result_codes.SUCCESS):
        raise _not_the_service(answer, "the answer contradicts itself")
    if header.result_code != result_codes.SUCCESS:
        raise result_codes.failure(header.result_code)
    found = tree.get("result")
    if not isinstance(found, dict):
        raise _not_the_service(answer, "the answer has no result")
    return found


def _not_the_service(answer: Answer, reason: str) -> OcrError:
    if answer.request_complete:
        return OutcomeUnknown(reason)
    return Transient(f"{reason}, before the request was sent")
