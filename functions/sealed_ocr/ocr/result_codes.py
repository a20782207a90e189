"""The result codes and their error classes ("Result codes" and "Answers of the gateway" of the API's facts).

The OCR service itself always responds with HTTP 200; ``header.resultCode`` tells success from failure. The gateway in
front of the guide's host responds with real HTTP statuses and the same header. Some codes mean something else there, so
a code counts by the status that it came with. Either is an answer: it proves that the image was not read.
"""

from __future__ import annotations

from sealed_ocr.ocr.errors import (
    CardLocked,
    ConfigurationFault,
    ContractFault,
    EngineFailed,
    LimitExceeded,
    OcrError,
    Rejected,
    RequestKeyInvalid,
    StaleCredentials,
    StaleKey,
    StaleToken,
    Transient,
)

SUCCESS = 0
TOO_LARGE = 4131000
DECRYPTION_FAILED = 5000006

_IMAGE_TOO_LARGE = (Rejected, "the image is larger than the OCR service accepts")
_UNKNOWN_ADDRESS = (ConfigurationFault, "the OCR service does not know this address; check the setting ocrEndpoint")
_UNAUTHENTICATED = (ConfigurationFault, "the OCR service does not accept the project's authentication")

ErrorRow = tuple[type[OcrError], str]

# Of HTTP 200. A code that is not listed is transient: the failure may pass.
RESULT_CODES: dict[int, ErrorRow] = {
    4000002: (Rejected, "the file is not a valid image"),
    4000003: (Rejected, "the file type is not one that the OCR service reads"),
    4000004: (Rejected, "the image is empty"),
    4000111: (Rejected, "no credit card was found in the image"),
    4000121: (Rejected, "no ID card was found in the image"),
    TOO_LARGE: _IMAGE_TOO_LARGE,
    413: _IMAGE_TOO_LARGE,
    5003013: (EngineFailed, "the credit card could not be recognised"),
    5003023: (EngineFailed, "the ID card could not be recognised"),
    4000301: (StaleKey, "the public key's version is no longer valid"),
    4000302: (StaleKey, "the symmetric key could not be opened"),
    4010001: (StaleCredentials, "the appKey or the secretKey is not valid"),
    401: (StaleCredentials, "the appKey or the secretKey is not valid"),
    403: (StaleCredentials, "the appKey or the secretKey is not allowed to do this"),
    4010006: (StaleToken, "the token is not valid"),
    **dict.fromkeys((4010002, 4010003, 4010004, 4010005), _UNAUTHENTICATED),
    4010007: (
        ConfigurationFault,
        "the access key's account lacks the role OCR ADMIN; grant it in the vendor's console",
    ),
    4000401: (
        ConfigurationFault,
        "use of the OCR service was never requested for this appKey; request it in the vendor's console",
    ),
    4000402: (
        ConfigurationFault,
        "use of the OCR service was requested already; look at the state of the request in the vendor's console",
    ),
    4000403: (
        ConfigurationFault,
        "the request to use the OCR service is not under way or not approved; see the vendor's console",
    ),
    4000404: (ConfigurationFault, "the OCR service refuses this project; look at its state in the vendor's console"),
    404: _UNKNOWN_ADDRESS,
    4041007: _UNKNOWN_ADDRESS,
    4000006: (LimitExceeded, "the call limit of the OCR service is exceeded"),
    # The vendor gives this code when a service behind it answers 429.
    5000503: (LimitExceeded, "the OCR service is temporarily unavailable or at its limit"),
    DECRYPTION_FAILED: (Transient, "the OCR service could not decrypt the request"),
    4000001: (ContractFault, "the OCR service reports an invalid parameter"),
    4000005: (ContractFault, "the OCR service reports a missing header"),
    4000303: (ContractFault, "the OCR service could not decrypt the data"),
    400: (ContractFault, "the OCR service reports a bad request"),
    405: (ContractFault, "the OCR service does not allow the method"),
    415: (ContractFault, "the OCR service does not accept the media type"),
    4000122: (RequestKeyInvalid, "the Request-Key is not valid or has expired"),
    4000123: (CardLocked, "the card is locked after too many wrong issue dates"),
}

# Of the gateway, by HTTP status, for every code that ``GATEWAY_CODES`` does not list.
GATEWAY_STATUSES: dict[int, ErrorRow] = {
    400: (ContractFault, "the gateway of the OCR service reports a bad request"),
    401: (StaleCredentials, "the gateway of the OCR service does not accept the credentials"),
    403: (
        ConfigurationFault,
        "the gateway of the OCR service refuses this client or API key; see the vendor's console",
    ),
    404: _UNKNOWN_ADDRESS,
    413: _IMAGE_TOO_LARGE,
    429: (LimitExceeded, "the gateway's limit or quota is exceeded"),
}
GATEWAY_CODES: dict[tuple[int, int], ErrorRow] = {
    (400, 4000003): (ConfigurationFault, "the gateway does not know this address; check the setting ocrEndpoint"),
    (400, 4000006): (ConfigurationFault, "the gateway refuses this client's address; see the vendor's console"),
    (400, 4000007): (ConfigurationFault, "the gateway refuses the request; see the vendor's console"),
    (401, 4010006): RESULT_CODES[4010006],
    **{(401, code): RESULT_CODES[code] for code in (4010002, 4010003, 4010004, 4010005, 4010007)},
}

_UNLISTED: ErrorRow = (Transient, "the OCR service failed")


def failure(code: int) -> OcrError:
    """Return the error of the result code ``code`` of HTTP 200, which is not ``SUCCESS``."""
    kind, reason = RESULT_CODES.get(code, _UNLISTED)
    return kind(reason, code)


def gateway_failure(status: int, code: int) -> OcrError | None:
    """Return the error of the gateway's answer; None if its status does not prove that the image was not read."""
    if status not in GATEWAY_STATUSES:
        return None
    kind, reason = GATEWAY_CODES.get((status, code), GATEWAY_STATUSES[status])
    return kind(f"{reason} (HTTP {status})", code)
