"""What defines an alarm, on a metric or on other alarms."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from aws_cdk import aws_cloudwatch as cloudwatch


class Level(StrEnum):
    """Who hears of an alarm, and how soon an operator must act. The value stands in the alarm's description."""

    PAGE = "page now"
    """Money or data is at stake. Sent to the topic ``AlarmTopicArn``."""
    TODAY = "today"
    """An operator must act before the day is over. Sent to the topic ``NoticeTopicArn``."""
    INFORMATION = "for information"
    """Sends nothing. The dashboard shows it, and it may be part of an alarm that sends."""


@dataclass(frozen=True)
class AlarmDefinition:
    """An alarm on ``metric``: it triggers when ``periods`` five-minute values reach ``threshold``.

    The values are in a row or, if ``within`` is given, among the last ``within``. ``section`` is the one of
    ``docs/operations.md``, if it has another name.
    """

    name: str
    level: Level
    metric: cloudwatch.Metric
    meaning: str
    threshold: float = 1
    periods: int = 1
    within: int | None = None
    section: str | None = None


@dataclass(frozen=True)
class CompositeDefinition:
    """An alarm that is on while one of its parts is.

    Attributes
    ----------
    parts
        The names of other alarms.
    silenced_by
        While the alarm of that name is on, and for ``silence_seconds`` afterwards, this one sends nothing: the cause is
        known.
    silence_seconds
        For how long the parts may outlast a cause that was removed.
    section
        The section of ``docs/operations.md``, if it has another name.
    """

    name: str
    level: Level
    meaning: str
    parts: tuple[str, ...]
    silenced_by: str | None = None
    silence_seconds: int = 0
    section: str | None = None
