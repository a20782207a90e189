"""How an attempt ended, and what follows for its delivery."""

from __future__ import annotations

from enum import Enum
from typing import Self

from msgspec import field

from sealed_ocr.analysis.backoff import jittered
from sealed_ocr.analysis.correlation import Correlation
from sealed_ocr.aws.ledger import ClaimRefusal, Refused
from sealed_ocr.common.redaction import Redacted


class Disposition(Enum):
    """What happens to a delivery next."""

    ACKNOWLEDGE = "acknowledge"
    RETRY_LATER = "retry later"
    RUN_ALONE = "run alone"
    DEAD_LETTER = "dead-letter"
    REMAIN_PARKED = "remain parked"


_DISPOSITIONS = {
    ClaimRefusal.DONE: Disposition.ACKNOWLEDGE,
    ClaimRefusal.PARKED: Disposition.REMAIN_PARKED,
    ClaimRefusal.ERASED: Disposition.ACKNOWLEDGE,
    ClaimRefusal.BUSY: Disposition.RETRY_LATER,
    ClaimRefusal.LEASE_EXPIRED: Disposition.RUN_ALONE,
    ClaimRefusal.QUARANTINED: Disposition.RUN_ALONE,
    ClaimRefusal.ATTEMPTS_EXHAUSTED: Disposition.DEAD_LETTER,
    ClaimRefusal.FORGOTTEN: Disposition.DEAD_LETTER,
}


class AttemptResult(Redacted, frozen=True):
    """How an attempt ended for its delivery.

    Attributes
    ----------
    disposition
        What happens to the delivery.
    wait_seconds
        How long to wait before the retry, jitter included; 0 if that is not known.
    why
        Why it must be retried: a refusal of the ledger, the name of an error, or a word of ours (docs/logs.md).
    identity
        The document, and the attempt if there was one, for the log.
    previous_killed
        The function was killed during the previous attempt, and this is not counted yet.
    correlation
        What the attempt learnt of the uploader's id, for the message that announces a parked document.
    """

    disposition: Disposition
    wait_seconds: int = 0
    why: str = ""
    identity: dict[str, str] = field(default_factory=dict)
    previous_killed: bool = False
    correlation: Correlation = field(default_factory=Correlation)

    @classmethod
    def of_refusal(cls, refused: Refused, document_id: str) -> Self:
        """Return the result of a delivery whose document the ledger did not give away."""
        refusal = refused.refusal
        return cls(
            _DISPOSITIONS[refusal],
            jittered(refused.wait_seconds),
            refusal.value,
            {"documentId": document_id},
            previous_killed=refusal is ClaimRefusal.LEASE_EXPIRED,
        )
