"""How an attempt at a document ended, and why a document waits for its next one: words of the ledger's history."""

from __future__ import annotations

from enum import StrEnum


class AttemptEnd(StrEnum):
    """How an entry of the history ended. An entry without an end is under way, or its function was killed."""

    ANALYZED = "analyzed"
    REJECTED = "rejected"
    UNBILLED = "unbilled"
    UNKNOWN = "unknown"
    # No attempt: an operator freed the document for one more.
    FREED = "freed"


class DeferralReason(StrEnum):
    """Why a document waits before its next attempt."""

    BACK_OFF = "back-off"
    LIMIT = "limit"
    CEILING = "ceiling"
    # A circuit breaker is open: that of the results queue, or that of its kind of document, for a last attempt.
    CIRCUIT = "circuit"
