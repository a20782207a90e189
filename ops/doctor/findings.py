"""The findings of ``doctor``: a sentence, and whether it is proven."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from sealed_ocr.aws.errors import AwsError

from workstation.terminal import pluralize


class FindingStatus(Enum):
    """The result of a check. The value is the label that operators see."""

    PROVEN = "proven"
    WRONG = "WRONG"
    ATTENTION = "attention"
    UNPROVEN = "not proven"


@dataclass(frozen=True)
class Finding:
    """One sentence about the stack and its status."""

    status: FindingStatus
    sentence: str


def proven(sentence: str) -> Finding:
    """Return a finding about something that was tried and works."""
    return Finding(FindingStatus.PROVEN, sentence)


def wrong(sentence: str) -> Finding:
    """Return a finding that an operator must fix."""
    return Finding(FindingStatus.WRONG, sentence)


def attention(sentence: str) -> Finding:
    """Return a finding about something that works and waits for an operator."""
    return Finding(FindingStatus.ATTENTION, sentence)


def unproven(sentence: str) -> Finding:
    """Return a finding about something that was not tried, or cannot be tried from here."""
    return Finding(FindingStatus.UNPROVEN, sentence)


def summarize(findings: Sequence[Finding]) -> str:
    """Return the summary of all findings in one line."""
    numbers = Counter(finding.status for finding in findings)
    if numbers[FindingStatus.WRONG]:
        verdict = f"{pluralize(numbers[FindingStatus.WRONG], 'thing is', 'things are')} wrong"
    elif numbers[FindingStatus.ATTENTION]:
        verdict = "Nothing is wrong, but somebody has to look"
    else:
        verdict = "Nothing is wrong"
    counted = ", ".join(f"{numbers[status]} {status.value.lower()}" for status in FindingStatus)
    return f"{verdict}. Of {len(findings)} checks: {counted}."


def run_check(subject: str, check: Callable[[], Finding]) -> Finding:
    """Return the finding of ``check``. An AWS error becomes a finding about ``subject``."""
    try:
        return check()
    except AwsError as error:
        return wrong(f"{subject}: {error}.")
