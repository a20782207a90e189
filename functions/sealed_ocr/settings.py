"""The functions' settings: read once from the environment, checked at start, never changed."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

# How much longer than the function can live a lease is kept, for clocks that disagree.
LEASE_MARGIN_SECONDS = 30
# What is kept of a function's time for what follows the OCR call: sending the message, writing the ledger.
ANALYZE_RESERVE_SECONDS = 15
VERIFY_RESERVE_SECONDS = 5


class SettingsError(Exception):
    """Settings are missing or wrong; the text names each of them and what it must be."""


@dataclass(frozen=True)
class OcrSettings:
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


@dataclass(frozen=True)
class AnalyzeSettings:
    """The analyze function's."""

    ocr: OcrSettings
    uploads_queue_url: str
    dead_letters_queue_url: str
    results_queue_url: str
    documents_table: str
    batch_size: int
    max_image_bytes: int
    max_unknown_attempts: int


@dataclass(frozen=True)
class VerifySettings:
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
    read = _Reader(environment)
    settings = AnalyzeSettings(
        ocr=_ocr(read, ANALYZE_RESERVE_SECONDS),
        uploads_queue_url=read("UPLOADS_QUEUE_URL", _url, "the URL of an SQS queue"),
        dead_letters_queue_url=read("UPLOADS_DLQ_URL", _url, "the URL of an SQS queue"),
        results_queue_url=read("RESULTS_QUEUE_URL", _url, "the URL of an SQS queue"),
        documents_table=read("DOCUMENTS_TABLE", _word, "the name of a DynamoDB table"),
        batch_size=read("BATCH_SIZE", _whole(1, 1000), "a whole number from 1 to 1000"),
        max_image_bytes=read("MAX_IMAGE_BYTES", _whole(1, 1 << 30), "a whole number of bytes, up to 1 GiB"),
        max_unknown_attempts=read("MAX_UNKNOWN_ATTEMPTS", _whole(1, 10), "a whole number from 1 to 10"),
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
    read = _Reader(environment)
    settings = VerifySettings(
        ocr=_ocr(read, VERIFY_RESERVE_SECONDS),
        claim_hmac_key_id=read("CLAIM_HMAC_KEY_ID", _word, "the ARN of a KMS HMAC key"),
    )
    read.check()
    return settings


def check_endpoint(url: str) -> str:
    """Return ``url`` without a closing slash if the OCR service may be called there.

    Raises
    ------
    ValueError
        for anything but ``https://host[:port]``, or ``http://`` to this machine's own loopback.
    """
    parts = urlsplit(url)
    secure = parts.scheme == "https" or (parts.scheme == "http" and _loopback(parts.hostname or ""))
    if not secure or not parts.hostname or parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in url:
        raise ValueError
    _ = parts.port
    return url.rstrip("/")


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _ocr(read: _Reader, reserve: int) -> OcrSettings:
    function_seconds = read("FUNCTION_TIMEOUT_SECONDS", _whole(10, 900), "the function's time-out, 10 to 900 seconds")
    longest = max(1, (function_seconds or 900) - reserve)
    return OcrSettings(
        endpoint=read(
            "OCR_ENDPOINT", check_endpoint, "https://host[:port], without a path (http:// for loopback alone)"
        ),
        secret_arn=read("OCR_SECRET_ARN", _word, "the ARN of the secret with appKey and secretKey"),
        call_seconds=read(
            "OCR_CALL_TIMEOUT_SECONDS",
            _whole(1, longest),
            f"a whole number of seconds from 1 to {longest} (the function's time-out less {reserve})",
        ),
        request_keys_table=read("REQUEST_KEYS_TABLE", _word, "the name of a DynamoDB table"),
        function_seconds=function_seconds,
    )


class _Reader:
    """Reads settings one by one and remembers the faults, so that all are told at once."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._faults: list[str] = []

    def __call__(self, name: str, convert: Callable[[str], T], expected: str) -> T:
        text = self._environment.get(name, "").strip()
        try:
            return convert(text)
        except ValueError:
            self._faults.append(f"{name} must be {expected}; it is {'something else' if text else 'missing'}")
            return None  # type: ignore[return-value]  # never used: check() raises before

    def check(self) -> None:
        if self._faults:
            raise SettingsError("wrong settings: " + "; ".join(self._faults))


def _word(text: str) -> str:
    if not text or text.split() != [text]:
        raise ValueError
    return text


def _url(text: str) -> str:
    if urlsplit(_word(text)).scheme not in {"https", "http"}:
        raise ValueError
    return text


def _whole(lowest: int, highest: int) -> Callable[[str], int]:
    def convert(text: str) -> int:
        number = int(text)
        if not lowest <= number <= highest:
            raise ValueError
        return number

    return convert
