"""The functions' settings: read once from the environment, checked at start, never changed."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Self

from msgspec import NODEFAULT, Meta, field

from sealed_ocr.common.review_below import REVIEW_BELOW_EXPECTED, normalize
from sealed_ocr.common.setting_name import Setting
from sealed_ocr.common.settings import Settings, SettingsError, convert, endpoint_url, http_url, int_between, token
from sealed_ocr.runtime.field_settings import MaskText, OmitText

# How much longer than its function's time-out a lease lasts, because clocks disagree.
LEASE_MARGIN_SECONDS = 30
# The part of a function's time that is reserved for what follows the OCR call, even if AWS hangs. In analyze that is
# the offer of a verification, the message and the ledger, seven seconds each at worst, and a sealed claim, three
# (``aws.clients``). In verify it is the answer.
ANALYZE_RESERVE_SECONDS = 25
VERIFY_RESERVE_SECONDS = 5
# The part that is reserved for what precedes the OCR call: the claim, the secret, the image, a public key. Without it,
# a call that takes all of the remaining time could never be started.
BEFORE_CALL_SECONDS = 5
# Lambda's limit.
LONGEST_FUNCTION_SECONDS = 900

_Endpoint = Annotated[
    str, Meta(description="https://host[:port], without a path (http:// for loopback alone)"), endpoint_url
]
_QueueUrl = Annotated[str, Meta(description="the URL of an SQS queue"), http_url]
_TableName = Annotated[str, Meta(description="the name of a DynamoDB table"), token]
_Ceiling = Annotated[int, int_between(0, 10**9, "a whole number of calls, or 0 for no ceiling")]
_CallSeconds = Annotated[
    int, int_between(1, LONGEST_FUNCTION_SECONDS, "a whole number of seconds that fit into the function's time-out")
]


def _optional_token(text: str | None) -> str | None:
    return token(text) if text else None


def _optional_url(text: str | None) -> str | None:
    return http_url(text) if text else None


def _key_set(text: str) -> str:
    if text:
        # Without keys, nothing of this is needed.
        from sealed_ocr.common.consumer_keys import parse_key_set

        parse_key_set(text)
    return text


_SealKey = Annotated[
    str | None, Meta(description="the ARN of a KMS key; leave it out to seal no claims"), _optional_token
]


def _time_out(reserve: int) -> Meta:
    shortest = reserve + BEFORE_CALL_SECONDS + 1
    expected = f"the function's time-out, {shortest} to {LONGEST_FUNCTION_SECONDS} seconds"
    return int_between(shortest, LONGEST_FUNCTION_SECONDS, expected)


class SimulationSettings(Settings, frozen=True, kw_only=True):
    """Whether the stage is simulated: the functions call no OCR service."""

    simulate: Annotated[bool, Meta(description="true, or left out")] = field(name=Setting.SIMULATE.value, default=False)


class OcrSettings(SimulationSettings, frozen=True):
    """What both functions need to call the OCR service."""

    RESERVE_SECONDS: ClassVar[int] = VERIFY_RESERVE_SECONDS

    endpoint: _Endpoint = field(name=Setting.OCR_ENDPOINT.value)
    secret_arn: Annotated[str, Meta(description="the ARN of the secret with the OCR credentials"), token] = field(
        name=Setting.OCR_SECRET_ARN.value
    )
    oauth_endpoint: _Endpoint = field(name=Setting.OCR_OAUTH_ENDPOINT.value)
    call_seconds: _CallSeconds = field(name=Setting.OCR_CALL_TIMEOUT_SECONDS.value)
    request_keys_table: _TableName = field(name=Setting.REQUEST_KEYS_TABLE.value)
    function_seconds: Annotated[int, _time_out(VERIFY_RESERVE_SECONDS)] = field(
        name=Setting.FUNCTION_TIMEOUT_SECONDS.value
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings; white space around them is ignored.

        Raises
        ------
        SettingsError
            If settings are missing or wrong; it names each of them and quotes none.
        """
        given = {name: text.strip() for name, text in environment.items() if text.strip()}
        values, faults = convert(cls, given)
        if faults:
            raise SettingsError(
                "wrong settings: "
                + "; ".join(
                    f"{fault.name} must be {fault.expected};"
                    f" it is {'missing' if fault.value is NODEFAULT else 'something else'}"
                    for fault in faults
                )
            )
        return cls(**values)

    @classmethod
    def conflicts(cls, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Refuse a call that takes longer than the function has for it."""
        reserved = cls.RESERVE_SECONDS + BEFORE_CALL_SECONDS
        longest = values.get("function_seconds", LONGEST_FUNCTION_SECONDS) - reserved
        if values.get("call_seconds", 1) > longest:
            yield (
                "call_seconds",
                f"a whole number of seconds from 1 to {longest} (the function's time-out less {reserved})",
            )

    @property
    def lease_seconds(self) -> int:
        """How long an attempt owns a document or a Request-Key: longer than its function can run."""
        return self.function_seconds + LEASE_MARGIN_SECONDS


class AnalyzeSettings(OcrSettings, frozen=True):
    """The settings of the analyze function."""

    RESERVE_SECONDS: ClassVar[int] = ANALYZE_RESERVE_SECONDS

    uploads_queue_url: _QueueUrl = field(name=Setting.UPLOADS_QUEUE_URL.value)
    dead_letters_queue_url: _QueueUrl = field(name=Setting.UPLOADS_DLQ_URL.value)
    results_queue_url: _QueueUrl = field(name=Setting.RESULTS_QUEUE_URL.value)
    documents_table: _TableName = field(name=Setting.DOCUMENTS_TABLE.value)
    batch_size: Annotated[int, int_between(1, 1000)] = field(name=Setting.BATCH_SIZE.value)
    max_image_bytes: Annotated[int, int_between(1, 1 << 30, "a whole number of bytes, up to 1 GiB")] = field(
        name=Setting.MAX_IMAGE_BYTES.value
    )
    max_unknown_attempts: Annotated[int, int_between(1, 10)] = field(name=Setting.MAX_UNKNOWN_ATTEMPTS.value)
    max_calls_per_hour: _Ceiling = field(name=Setting.MAX_CALLS_PER_HOUR.value, default=0)
    max_calls_per_day: _Ceiling = field(name=Setting.MAX_CALLS_PER_DAY.value, default=0)
    review_below: Annotated[str, Meta(description=REVIEW_BELOW_EXPECTED), normalize] = field(
        name=Setting.REVIEW_BELOW.value, default=""
    )
    review_queue_url: Annotated[
        str | None, Meta(description="the URL of an SQS queue; leave it out for the results queue"), _optional_url
    ] = field(name=Setting.REVIEW_QUEUE_URL.value, default=None)
    omit_fields: OmitText = field(name=Setting.OMIT_FIELDS.value, default="")
    mask_fields: MaskText = field(name=Setting.MASK_FIELDS.value, default="")
    consumer_public_keys: Annotated[
        str, Meta(description="a JWK set with one or two public keys; leave it out for messages in the clear"), _key_set
    ] = field(name=Setting.CONSUMER_PUBLIC_KEYS.value, default="")
    claim_seal_key_id: _SealKey = field(name=Setting.CLAIM_SEAL_KEY_ID.value, default=None)
    function_seconds: Annotated[int, _time_out(ANALYZE_RESERVE_SECONDS)] = field(
        name=Setting.FUNCTION_TIMEOUT_SECONDS.value
    )


class VerifySettings(OcrSettings, frozen=True):
    """The settings of the verify function."""

    claim_hmac_key_id: Annotated[str, Meta(description="the ARN of a KMS HMAC key"), token] = field(
        name=Setting.CLAIM_HMAC_KEY_ID.value
    )
    lock_guard_days: Annotated[int, int_between(0, 365, "0 to 365 days; 0 switches the lock guard off")] = field(
        name=Setting.LOCK_GUARD_DAYS.value
    )
    claim_seal_key_id: _SealKey = field(name=Setting.CLAIM_SEAL_KEY_ID.value, default=None)
