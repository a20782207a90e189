"""What ``doctor`` comes to say: a sentence, and whether it is proven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from sealed_ocr.aws.errors import AwsError


class Verdict(Enum):
    """What a finding comes to."""

    PROVEN = "proven"
    WRONG = "WRONG"
    UNPROVEN = "not proven"


@dataclass(frozen=True)
class Finding:
    """A sentence, and what it comes to."""

    verdict: Verdict
    sentence: str


def proven(sentence: str) -> Finding:
    """Return what was tried and held."""
    return Finding(Verdict.PROVEN, sentence)


def wrong(sentence: str) -> Finding:
    """Return what somebody has to mend."""
    return Finding(Verdict.WRONG, sentence)


def unproven(sentence: str) -> Finding:
    """Return what was not tried, or can't be from here."""
    return Finding(Verdict.UNPROVEN, sentence)


def tried(what: str, check: Callable[[], Finding]) -> Finding:
    """Return what ``check`` finds; that AWS refused or failed is a finding too."""
    try:
        return check()
    except AwsError as failure:
        return wrong(f"{what}: {failure}.")
