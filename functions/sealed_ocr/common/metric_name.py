"""The metrics that the functions publish."""

from __future__ import annotations

from enum import StrEnum


class Metric(StrEnum):
    """The name of a metric in CloudWatch. Those marked ``kind`` have the kind of document as a dimension."""

    ANALYZED = "Analyzed"  # kind
    CALLS = "Calls"  # kind
    CALLS_RESERVED = "CallsReserved"
    CONFIGURATION_ERROR = "ConfigurationError"
    CONTRACT_ERROR = "ContractError"
    CORRELATION_ID_IGNORED = "CorrelationIdIgnored"
    LEDGER_WRITE_FAILED = "LedgerWriteFailed"
    LIMIT_EXCEEDED = "LimitExceeded"
    LOCK_GUARD_REFUSED = "LockGuardRefused"
    MALFORMED_EVENT = "MalformedEvent"
    OCR_LATENCY = "OcrLatency"  # kind
    OFFER_NOT_KEPT = "OfferNotKept"
    PARKED = "Parked"
    PARK_FAILED = "ParkFailed"
    POSSIBLY_BILLED = "PossiblyBilled"
    PUBLIC_KEY_FETCHED = "PublicKeyFetched"
    REJECTED = "Rejected"  # kind
    SECONDS_TO_MESSAGE = "SecondsToMessage"  # kind, and without
    TRANSIENT = "Transient"  # kind
    TRANSIENT_SHARE = "TransientShare"
    VERDICT = "Verdict"
    VERDICT_FAILED = "VerdictFailed"
    VERDICT_FAILED_SHARE = "VerdictFailedShare"
    VERDICT_REFUSED = "VerdictRefused"
    WEAK_PUBLIC_KEY = "WeakPublicKey"
