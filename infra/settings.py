"""The settings of a stage: their names, what each may be, and what it is when nobody says.

They come from the context (``cdk.json``, ``-c name=value``). A value given by ``-c`` is always text, one in
``cdk.json`` has its JSON type; both are accepted. What is wrong is told in one sentence for each fault.
"""

from __future__ import annotations

import dataclasses
import re
import typing
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

UPLOADS_RETENTION_DAYS = 4
DEAD_LETTER_RETENTION_DAYS = 14
# A dead letter that SQS moved keeps the time of its upload; one that was parked by the function is a new message and
# lives from then on. The second may be as old as both queues allow, and its image must still be there.
LONGEST_WAIT_DAYS = UPLOADS_RETENTION_DAYS + DEAD_LETTER_RETENTION_DAYS

_LOG_RETENTION = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653]
_LOOPBACK = r"127\.0\.0\.1|localhost|\[::1\]"
_ENDPOINT = rf"^(https://[A-Za-z0-9.-]+|http://({_LOOPBACK}))(:[0-9]{{1,5}})?\Z"


class SettingsError(ValueError):
    """One or more settings are unknown or not allowed; the text has a line for each."""


def _is(kind: Any, default: object, allowed: str, **limits: Any) -> Any:
    return dataclasses.field(default=default, metadata={"type": Annotated[kind, Meta(**limits)], "allowed": allowed})


# Memory is a share of a processor. A cold function's first batch opens three connections to AWS for each document, and
# with a third of this they ran out of time (docs/scale.md).
MB_A_DOCUMENT = 8


@dataclasses.dataclass(frozen=True)
class Settings:
    """The settings of one stage, checked. Durations say their unit; defaults suit a first deployment."""

    stage: str = _is(
        str, "dev", "1 to 16 lower-case letters, digits or dashes, beginning with a letter",
        pattern=r"^[a-z][a-z0-9-]{0,15}\Z",
    )  # fmt: skip
    ocr_endpoint: str = _is(
        str, "https://api-ocr.nhncloudservice.com",
        "https://host[:port] without a path (http:// for this machine alone)", pattern=_ENDPOINT,
    )  # fmt: skip
    batch_size: int = _is(int, 10, "a whole number from 1 to 100 (each record has a thread)", ge=1, le=100)
    batch_window: int = _is(int, 0, "0 to 300 seconds; at least 1 when batchSize is above 10", ge=0, le=300)
    max_concurrency: int = _is(int, 10, "a whole number from 2 to 1000", ge=2, le=1000)
    memory: int = _is(int, 512, "256 to 10240 MB", ge=256, le=10240)
    max_image_bytes: int = _is(int, 20 << 20, "1 to 20971520 bytes (20 MiB)", ge=1, le=20 << 20)
    max_unknown_attempts: int = _is(
        int, 2, "1 or 2: each attempt whose end is unknown may have been billed", ge=1, le=2
    )
    image_retention_days: int = _is(
        int, 30, f"{LONGEST_WAIT_DAYS + 1} to 3650 days: an image must outlast its dead letter, which may be "
        f"{LONGEST_WAIT_DAYS} days old ({UPLOADS_RETENTION_DAYS} in the uploads queue and "
        f"{DEAD_LETTER_RETENTION_DAYS} in its dead-letter queue)", ge=LONGEST_WAIT_DAYS + 1, le=3650,
    )  # fmt: skip
    result_retention: int = _is(int, 14, "1 to 14 days", ge=1, le=14)
    log_retention_days: int = _is(
        _LOG_RETENTION, 90, "one of " + ", ".join(map(str, typing.get_args(_LOG_RETENTION))) + " days"
    )
    alarm_email: str = _is(str, "", "an e-mail address, or nothing", pattern=r"^([^@\s]+@[^@\s]+\.[^@\s]+)?\Z")
    removal_policy: Literal["retain", "destroy"] = _is(Literal["retain", "destroy"], "retain", "retain or destroy")
    ocr_price_per_thousand: float = _is(
        float, 0.0, "the vendor's price of 1,000 calls in USD, 0 or more; for the dashboard alone", ge=0, le=1e6
    )
    bundle: bool = _is(bool, True, "true, or false for a template that is not to be deployed")

    @classmethod
    def from_context(cls, context: dict[str, object]) -> Settings:
        """The settings in a CDK context, the CDK's own entries left aside.

        Raises:
            SettingsError: with a sentence for each setting that is unknown or not allowed.
        """
        fields = {_camel(field.name): field for field in dataclasses.fields(cls)}
        given = {name: value for name, value in context.items() if not _is_of_the_cdk(name)}
        faults = [
            f"There is no setting {name!r}; there are {', '.join(fields)}." for name in given if name not in fields
        ]
        values: dict[str, Any] = {}
        for name, field in fields.items():
            try:
                # Not strict: what comes by -c is text, whatever its type.
                values[field.name] = msgspec.convert(
                    given.get(name, field.default), field.metadata["type"], strict=False
                )
            except msgspec.ValidationError:
                faults.append(f"Setting {name} is {given[name]!r}; it must be {field.metadata['allowed']}.")
        if not faults and values["batch_size"] > 10 and values["batch_window"] < 1:
            faults.append(
                f"Setting batchWindow is {values['batch_window']}; with a batchSize above 10 (it is "
                f"{values['batch_size']}) it must be 1 to 300 seconds."
            )
        if not faults and values["batch_size"] * MB_A_DOCUMENT > values["memory"]:
            faults.append(
                f"Setting memory is {values['memory']}; with a batchSize of {values['batch_size']} it must be at least "
                f"{values['batch_size'] * MB_A_DOCUMENT} MB: a cold function's share of a processor would not do for "
                "so many connections at once."
            )
        if faults:
            raise SettingsError("\n".join(faults))
        return cls(**values)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def _is_of_the_cdk(name: str) -> bool:
    """Feature flags and look-ups have a colon, an at sign or a slash; the CLI keeps two notes of its own."""
    return bool(re.search("[@:/]", name)) or name in {"acknowledged-issue-numbers", "cli-telemetry"}
