"""From an HTTP response to the ``result`` of the service, or to the error that the response stands for."""

from __future__ import annotations

from typing import Any

import msgspec

from sealed_ocr.ocr import result_codes
from sealed_ocr.ocr.errors import OcrError, OutcomeUnknown, Transient
from sealed_ocr.ocr.models import Header
from sealed_ocr.ocr.transport import Response

_OK = 200
_PAYLOAD_TOO_LARGE = 413


def result(response: Response) -> dict[str, Any]:
    """Return the ``result`` of a successful response, as a plain tree.

    Raises
    ------
    OcrError
        The class that the result code stands for, under the HTTP status that it came with. A response that is neither
        the service's nor its gateway's raises ``OutcomeUnknown``, or ``Transient`` if the request had not been sent
        completely.
    """
    if response.status == _PAYLOAD_TOO_LARGE:
        # The image was refused for its size, by the service, its gateway or a proxy.
        raise result_codes.failure(result_codes.TOO_LARGE)
    try:
        tree = msgspec.json.decode(response.body)
        header = msgspec.convert(tree["header"], Header)
    except (msgspec.DecodeError, ValueError, LookupError, TypeError, RecursionError):
        reason = f"the response (HTTP {response.status}) was not the OCR service's JSON"
        raise _unusable(response, reason) from None
    if header.is_successful is not (header.result_code == result_codes.SUCCESS):
        raise _unusable(response, "the response contradicts itself")
    if response.status != _OK:
        refused = None if header.is_successful else result_codes.gateway_failure(response.status, header.result_code)
        raise refused or _unusable(response, f"the HTTP status of the response was {response.status}")
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
