"""The settings of a stage: their names, limits and defaults.

They come from the CDK's context (``cdk.json``, ``-c name=value``). A value from ``-c`` is always text, one from
``cdk.json`` has its JSON type; both are accepted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit

from msgspec import Meta
from sealed_ocr.common.consumer_keys import EXPECTED, KeySetFault, read_key_set
from sealed_ocr.common.review_below import REVIEW_BELOW_EXPECTED, normalize
from sealed_ocr.common.settings import SettingsError, convert, endpoint_url, int_between
from sealed_ocr.common.sizes import readable_size
from sealed_ocr.runtime.field_settings import MaskFields, OmitFields, withholds_from_claims

from infra.limits import (
    DEAD_LETTER_RETENTION_DAYS,
    LARGEST_REQUEST_BYTES,
    MAX_DEAD_LETTER_AGE_DAYS,
    MIN_MB_PER_DOCUMENT,
    OLD_HOST,
    OLD_HOST_LARGEST_REQUEST_BYTES,
    REQUEST_FRAME_BYTES,
    UPLOADS_RETENTION_DAYS,
)
from infra.network_settings import SecurityGroupIds, SubnetIds, network_conflicts
from infra.prices import REMOVED, PriceSettings
from infra.upload_settings import UploadOrigins

# Names of stages that are never simulated.
_PRODUCTION = frozenset({"prod", "production"})
# Above this size, Lambda requires a batch window.
_MAX_BATCH_WITHOUT_WINDOW = 10
_LogRetention = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653]
_LOG_RETENTION_DAYS = f"one of {', '.join(map(str, get_args(_LogRetention)))} days"
_IMAGE_RETENTION_DAYS = (
    f"{MAX_DEAD_LETTER_AGE_DAYS + 1} to 3650 days: an image must outlast its dead letter, which may be "
    f"{MAX_DEAD_LETTER_AGE_DAYS} days old ({UPLOADS_RETENTION_DAYS} in the uploads queue and "
    f"{DEAD_LETTER_RETENTION_DAYS} in its dead-letter queue)"
)


_Endpoint = Annotated[
    str, Meta(description="https://host[:port] without a path (http:// for this machine alone)"), endpoint_url
]


_Address = Annotated[str, Meta(pattern=r"^([^@\s]+@[^@\s]+\.[^@\s]+)?\Z", description="an e-mail address, or nothing")]
_Ceiling = Annotated[
    Annotated[int, Meta(ge=1)] | None,
    Meta(description="a whole number of calls, at least batchSize; leave it out for no ceiling"),
]


class StageSettings(PriceSettings, frozen=True, rename="camel"):
    """The settings of one stage. The names of durations contain the unit; the defaults suit a first deployment."""

    stage: Annotated[
        str,
        Meta(
            pattern=r"^[a-z][a-z0-9-]{0,15}\Z",
            description="1 to 16 lower-case letters, digits or dashes, beginning with a letter",
        ),
    ] = "dev"
    ocr_endpoint: _Endpoint = "https://api-ocr.nhncloudservice.com"
    oauth_endpoint: _Endpoint = "https://oauth.api.nhncloudservice.com"
    batch_size: Annotated[int, int_between(1, 100, "a whole number from 1 to 100 (each record has a thread)")] = 10
    batch_window: Annotated[int, int_between(0, 300, "0 to 300 seconds; at least 1 when batchSize is above 10")] = 0
    # A new account may run ten functions at once, and verify needs some of them.
    max_concurrency: Annotated[int, int_between(2, 1000)] = 5
    memory: Annotated[int, int_between(256, 10240, "256 to 10240 MB")] = 512
    max_image_bytes: Annotated[
        int, int_between(0, LARGEST_REQUEST_BYTES, "a whole number of bytes, or 0 for the most that the host accepts")
    ] = 0
    max_calls_per_hour: _Ceiling = None
    max_calls_per_day: _Ceiling = None
    review_below: Annotated[str | float | dict[str, float], Meta(description=REVIEW_BELOW_EXPECTED), normalize] = ""
    review_queue: Annotated[
        bool, Meta(description="true for a queue of their own for the results to review, or false")
    ] = False
    omit_fields: OmitFields = ""
    mask_fields: MaskFields = ""
    consumer_public_keys: Annotated[
        str, Meta(description=f"the path of {EXPECTED}; leave it out for messages in the clear")
    ] = ""
    max_unknown_attempts: Annotated[
        int, int_between(1, 2, "1 or 2: each attempt with an unknown outcome may have been billed")
    ] = 2
    lock_guard_days: Annotated[int, int_between(0, 365, "0 to 365 days; 0 switches the lock guard off")] = 30
    upload_origins: UploadOrigins = ()
    refuse_overwrite: Annotated[
        bool, Meta(description="true for a bucket that takes each key once (docs/uploading.md), or false")
    ] = False
    image_retention_days: Annotated[int, int_between(MAX_DEAD_LETTER_AGE_DAYS + 1, 3650, _IMAGE_RETENTION_DAYS)] = 30
    result_retention: Annotated[int, int_between(1, 14, "1 to 14 days")] = 14
    log_retention_days: Annotated[_LogRetention, Meta(description=_LOG_RETENTION_DAYS)] = 90
    alarm_email: _Address = ""
    notice_email: _Address = ""
    docs_url: Annotated[
        str,
        Meta(
            pattern=r"^(https://[^\s#]*[^\s#/])?\Z",
            description="the https:// address of the folder docs/, without a slash at its end",
        ),
    ] = ""
    slow_seconds: Annotated[
        Annotated[float, Meta(gt=0, le=345_600)] | None,
        Meta(description="a number of seconds up to four days; leave it out for no alarm"),
    ] = None
    removal_policy: Annotated[Literal["retain", "destroy"], Meta(description="retain or destroy")] = "retain"
    private_network: Annotated[
        bool, Meta(description="true for a network that the stack makes (docs/networking.md), or false")
    ] = False
    subnet_ids: SubnetIds = ()
    security_group_ids: SecurityGroupIds = ()
    simulate: Annotated[
        bool, Meta(description="true for a stage that reads no document (docs/staging.md), or false")
    ] = False
    bundle: Annotated[bool, Meta(description="true, or false for a template that will not be deployed")] = True

    @classmethod
    def from_context(cls, context: Mapping[str, object]) -> StageSettings:
        """Read the settings from a CDK context and ignore the CDK's own entries.

        Raises
        ------
        SettingsError
            If a setting is unknown or not allowed. The text has a line for each.
        """
        given = {name: value for name, value in context.items() if not _belongs_to_cdk(name)}
        names = cls.__struct_encode_fields__
        sentences = [
            f"There is no setting {name!r}; {REMOVED.get(name, 'the settings are ' + ', '.join(names))}."
            for name in given
            if name not in names
        ]
        values, faults = convert(cls, given)
        sentences += [f"Setting {fault.name} is {fault.value!r}; it must be {fault.expected}." for fault in faults]
        if sentences:
            raise SettingsError("\n".join(sentences))
        return cls(**values)

    @property
    def seals_claims(self) -> bool:
        """Whether a claim may lack fields that are withheld."""
        return withholds_from_claims(str(self.omit_fields), str(self.mask_fields))

    @property
    def largest_image_bytes(self) -> int:
        """The size of the largest plain image that is sent."""
        return self.max_image_bytes or largest_image_bytes(self.ocr_endpoint)

    @property
    def calls_are_free(self) -> bool:
        """Whether the stage is simulated, so that it makes no call."""
        return self.simulate

    @classmethod
    def conflicts(cls, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield the settings that contradict others."""
        if values.get("simulate") and values.get("stage") in _PRODUCTION:
            yield "simulate", f"false when stage is {values['stage']}: it would invent what is on the documents"
        size = values.get("batch_size", 1)
        if size > _MAX_BATCH_WITHOUT_WINDOW and values.get("batch_window") == 0:
            yield "batch_window", f"1 to 300 seconds when batchSize is above {_MAX_BATCH_WITHOUT_WINDOW} (it is {size})"
        if "ocr_endpoint" in values:
            most = largest_image_bytes(values["ocr_endpoint"])
            if values.get("max_image_bytes", 0) > most:
                yield (
                    "max_image_bytes",
                    f"at most {most} bytes ({readable_size(most)}): with its form, the image has to fit into a request",
                )
        hour, day = values.get("max_calls_per_hour"), values.get("max_calls_per_day")
        for name, ceiling in (("max_calls_per_hour", hour), ("max_calls_per_day", day)):
            if ceiling is not None and ceiling < size:
                yield name, f"at least batchSize ({size}) calls; leave it out for no ceiling"
        if hour is not None and day is not None and day < hour:
            yield "max_calls_per_day", f"at least maxCallsPerHour ({hour})"
        if values.get("review_queue") and not values.get("review_below", True):
            yield "review_queue", "false without reviewBelow: nothing would be sent to it"
        try:
            _ = values.get("consumer_public_keys") and read_key_set(Path(values["consumer_public_keys"]))
        except KeySetFault as fault:
            yield "consumer_public_keys", f"{EXPECTED}: {fault}"
        least = size * MIN_MB_PER_DOCUMENT
        if values.get("memory", least) < least:
            expected = f"at least {least} MB when batchSize is {size}"
            yield "memory", f"{expected}: a cold function with less processor cannot open so many connections in time"
        yield from network_conflicts(values)


def largest_image_bytes(endpoint: str) -> int:
    """Return the size of the largest plain image that fits into a request to ``endpoint``."""
    of_old_host = urlsplit(endpoint).hostname == OLD_HOST
    return (OLD_HOST_LARGEST_REQUEST_BYTES if of_old_host else LARGEST_REQUEST_BYTES) - REQUEST_FRAME_BYTES


def _belongs_to_cdk(name: str) -> bool:
    """Return whether the CDK set the entry: feature flags and look-ups have a colon, an at sign or a slash."""
    return bool(re.search("[@:/]", name)) or name in {"acknowledged-issue-numbers", "cli-telemetry"}
