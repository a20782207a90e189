"""From an HTTP response to the ``result`` of the service, or to the error that the response stands for."""

from __future__ import annotations

from typing import Any

import msgspec

from sealed_ocr.ocr import result_codes
from sealed_ocr.ocr.errors import OcrError, OutcomeUnknown, Transient
from sealed_ocr.ocr.models import Header
from sealed_ocr.ocr.transport import Response

_PAYLOAD_TOO_LARGE = 413
_OK = 200


def result(response: Response) -> dict[str, Any]:
    """Return the ``result`` of a successful response, as a plain tree.

    Raises
    ------
    OcrError
        The class that the result code stands for. A response that is not the service's (another HTTP status, not its
        JSON) raises ``OutcomeUnknown``, or ``Transient`` if the request had not been sent completely.
    """
    if response.status == _PAYLOAD_TOO_LARGE:
        raise result_codes.failure(result_codes.TOO_LARGE)
    if response.status != _OK:
        raise _unusable(response, f"the HTTP status of the response was {response.status}")
    try:
        tree = msgspec.json.decode(response.body)
        header = msgspec.convert(tree["header"], Header)
    except (msgspec.DecodeError, ValueError, LookupError, TypeError, RecursionError):
        raise _unusable(response, "the response was not the OCR service's JSON") from None
    if header.is_successful is not (header.result_code == result_codes.SUCCESS):
        raise _unusable(response, "the response contradicts itself")
    if header.result_code != result_codes.SUCCESS:
        raise result_codes.failure(header.result_code)
    found = tree.get("result")
    if not isinstance(found, dict):
        raise _unusable(response, "the response has no result")
    return found


def _unusable(response: Response, reason: str) -> OcrError:
    if response.request_complete:
        return OutcomeUnknown(reason)
    return Transient(f"{reason}, before the request was sent")
