"""The functions' settings: read once from the environment, checked at start, never changed."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from sealed_ocr.common.settings import Environment, endpoint, url, whole, word

# How much longer than the function can live a lease is kept, for clocks that disagree.
LEASE_MARGIN_SECONDS = 30
# What is kept of a function's time for what follows the OCR call, however AWS hangs: the offer of a verification, the
# message and the ledger, seven seconds each at worst (``aws.clients``), and an answer after that.
ANALYZE_RESERVE_SECONDS = 25
VERIFY_RESERVE_SECONDS = 5
# What is kept for what precedes it: the claim, the secret, the image, a public key. A call that only fits into a
# function that has done nothing yet would never be started.
BEFORE_CALL_SECONDS = 5


class OcrSettings(msgspec.Struct, frozen=True):
    """What both functions need to call the OCR service."""

    endpoint: str
    secret_arn: str
    call_seconds: int
    request_keys_table: str
    function_seconds: int

    @property
    def lease_seconds(self) -> int:
        """How long an attempt owns a document or a Request-Key: longer than its function can live."""
        return self.function_seconds + LEASE_MARGIN_SECONDS


class AnalyzeSettings(msgspec.Struct, frozen=True):
    """The analyze function's."""

    ocr: OcrSettings
    uploads_queue_url: str
    dead_letters_queue_url: str
    results_queue_url: str
    documents_table: str
    batch_size: int
    max_image_bytes: int
    max_unknown_attempts: int


class VerifySettings(msgspec.Struct, frozen=True):
    """The verify function's."""

    ocr: OcrSettings
    claim_hmac_key_id: str


def analyze_settings(environment: Mapping[str, str]) -> AnalyzeSettings:
    """Read the analyze function's settings.

    Raises
    ------
    SettingsError
        naming every setting that is missing or wrong.
    """
    read = Environment(environment)
    settings = AnalyzeSettings(
        ocr=_ocr(read, ANALYZE_RESERVE_SECONDS),
        uploads_queue_url=read("UPLOADS_QUEUE_URL", url, "the URL of an SQS queue"),
        dead_letters_queue_url=read("UPLOADS_DLQ_URL", url, "the URL of an SQS queue"),
        results_queue_url=read("RESULTS_QUEUE_URL", url, "the URL of an SQS queue"),
        documents_table=read("DOCUMENTS_TABLE", word, "the name of a DynamoDB table"),
        batch_size=read("BATCH_SIZE", whole(1, 1000), "a whole number from 1 to 1000"),
        max_image_bytes=read("MAX_IMAGE_BYTES", whole(1, 1 << 30), "a whole number of bytes, up to 1 GiB"),
        max_unknown_attempts=read("MAX_UNKNOWN_ATTEMPTS", whole(1, 10), "a whole number from 1 to 10"),
    )
    read.check()
    return settings


def verify_settings(environment: Mapping[str, str]) -> VerifySettings:
    """Read the verify function's settings.

    Raises
    ------
    SettingsError
        naming every setting that is missing or wrong.
    """
    read = Environment(environment)
    settings = VerifySettings(
        ocr=_ocr(read, VERIFY_RESERVE_SECONDS),
        claim_hmac_key_id=read("CLAIM_HMAC_KEY_ID", word, "the ARN of a KMS HMAC key"),
    )
    read.check()
    return settings


def _ocr(read: Environment, reserve: int) -> OcrSettings:
    kept = reserve + BEFORE_CALL_SECONDS
    expected = f"the function's time-out, {kept + 1} to 900 seconds"
    function_seconds = read("FUNCTION_TIMEOUT_SECONDS", whole(kept + 1, 900), expected)
    longest = (function_seconds or 900) - kept
    return OcrSettings(
        endpoint=read("OCR_ENDPOINT", endpoint, "https://host[:port], without a path (http:// for loopback alone)"),
        secret_arn=read("OCR_SECRET_ARN", word, "the ARN of the secret with appKey and secretKey"),
        call_seconds=read(
            "OCR_CALL_TIMEOUT_SECONDS",
            whole(1, longest),
            f"a whole number of seconds from 1 to {longest} (the function's time-out less {kept})",
        ),
        request_keys_table=read("REQUEST_KEYS_TABLE", word, "the name of a DynamoDB table"),
        function_seconds=function_seconds,
    )
