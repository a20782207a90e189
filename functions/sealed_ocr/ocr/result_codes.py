"""The result codes and their error classes ("Result codes" of the API's facts).

The service always responds with HTTP 200; ``header.resultCode`` tells success from failure. A code that is not listed
is transient: a result code proves that nothing was billed, and the failure may pass.
"""

from __future__ import annotations

from sealed_ocr.ocr.errors import (
    CardLocked,
    ConfigurationFault,
    ContractFault,
    OcrError,
    Rejected,
    RequestKeyInvalid,
    StaleCredentials,
    StaleKey,
    Transient,
)

SUCCESS = 0
TOO_LARGE = 4131000
LIMIT_EXCEEDED = 4000006

RESULT_CODES: dict[int, tuple[type[OcrError], str]] = {
    4000002: (Rejected, "the file is not a valid image"),
    4000003: (Rejected, "the file type is not one that the OCR service reads"),
    4000004: (Rejected, "the image is empty"),
    4000111: (Rejected, "no credit card was found in the image"),
    4000121: (Rejected, "no ID card was found in the image"),
    TOO_LARGE: (Rejected, "the image is larger than the OCR service accepts"),
    5003013: (Rejected, "the credit card could not be recognised"),
    5003023: (Rejected, "the ID card could not be recognised"),
    4000301: (StaleKey, "the public key's version is no longer valid"),
    4000302: (StaleKey, "the symmetric key could not be opened"),
    4010001: (StaleCredentials, "the appKey or the secretKey is not valid"),
    401: (StaleCredentials, "the appKey or the secretKey is not valid"),
    403: (StaleCredentials, "the appKey or the secretKey is not allowed to do this"),
    4000401: (ConfigurationFault, "the OCR service is not enabled for this appKey"),
    4000402: (ConfigurationFault, "the OCR service refuses this project"),
    4000403: (ConfigurationFault, "the OCR service refuses this project"),
    404: (ConfigurationFault, "the OCR service does not know this address"),
    4041007: (ConfigurationFault, "the OCR service does not know this address"),
    LIMIT_EXCEEDED: (Transient, "the call limit of the OCR service is exceeded"),
    5000503: (Transient, "the OCR service is temporarily unavailable"),
    4000001: (ContractFault, "the OCR service reports an invalid parameter"),
    4000005: (ContractFault, "the OCR service reports a missing header"),
    4000303: (ContractFault, "the OCR service could not decrypt the data"),
    400: (ContractFault, "the OCR service reports a bad request"),
    405: (ContractFault, "the OCR service does not allow the method"),
    415: (ContractFault, "the OCR service does not accept the media type"),
    413: (Rejected, "the image is larger than the OCR service accepts"),
    4000122: (RequestKeyInvalid, "the Request-Key is not valid or has expired"),
    4000123: (CardLocked, "the card is locked after too many wrong issue dates"),
}
RESULT_CODES |= dict.fromkeys(
    range(4010002, 4010008), (ConfigurationFault, "the OCR service does not accept the project's authentication")
)


def failure(code: int) -> OcrError:
    """Return the error of the result code ``code``, which is not ``SUCCESS``."""
    kind, reason = RESULT_CODES.get(code, (Transient, "the OCR service failed"))
    return kind(reason, code)
