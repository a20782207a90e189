"""The names of the environment variables that the stack sets and the functions read."""

from enum import StrEnum


class Setting(StrEnum):
    """A setting of a function, by the name of its environment variable."""

    OCR_ENDPOINT = "OCR_ENDPOINT"
    OCR_OAUTH_ENDPOINT = "OCR_OAUTH_ENDPOINT"
    OCR_SECRET_ARN = "OCR_SECRET_ARN"  # noqa: S105 -- the name of a variable
    OCR_CALL_TIMEOUT_SECONDS = "OCR_CALL_TIMEOUT_SECONDS"
    FUNCTION_TIMEOUT_SECONDS = "FUNCTION_TIMEOUT_SECONDS"
    REQUEST_KEYS_TABLE = "REQUEST_KEYS_TABLE"
    # Of analyze.
    UPLOADS_QUEUE_URL = "UPLOADS_QUEUE_URL"
    UPLOADS_DLQ_URL = "UPLOADS_DLQ_URL"
    RESULTS_QUEUE_URL = "RESULTS_QUEUE_URL"
    DOCUMENTS_TABLE = "DOCUMENTS_TABLE"
    BATCH_SIZE = "BATCH_SIZE"
    MAX_IMAGE_BYTES = "MAX_IMAGE_BYTES"
    MAX_UNKNOWN_ATTEMPTS = "MAX_UNKNOWN_ATTEMPTS"
    MAX_CALLS_PER_HOUR = "MAX_CALLS_PER_HOUR"
    MAX_CALLS_PER_DAY = "MAX_CALLS_PER_DAY"
    # Of verify.
    CLAIM_HMAC_KEY_ID = "CLAIM_HMAC_KEY_ID"
