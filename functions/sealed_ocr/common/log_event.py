"""The events of the functions' logs. Every line has one, in its field ``event`` (docs/logs.md)."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class LogEvent(StrEnum):
    """An event. Programs and queries follow its name, which is a contract.

    What its lines hold stands in ``sealed_ocr.runtime.event_specs``.
    """

    # What becomes of a document.
    ATTEMPT_STARTED = "attempt.started"
    ATTEMPT_REFUSED = "attempt.refused"
    ATTEMPT_DEFERRED = "attempt.deferred"
    PREVIOUS_ATTEMPT_KILLED = "previous_attempt.killed"
    IMAGE_OPENED = "image.opened"
    CORRELATION_ID_IGNORED = "correlation_id.ignored"
    CORRELATION_ID_NOT_READ = "correlation_id.not_read"
    DOCUMENT_REJECTED = "document.rejected"
    RESULT_SENT = "result.sent"
    RESULT_NOT_SENT = "result.not_sent"
    DOCUMENT_DEAD_LETTERED = "document.dead_lettered"

    # How a call, an attempt or a claim fails.
    CALL_OUTCOME_UNKNOWN = "call.outcome_unknown"
    CONFIGURATION_ERROR = "configuration.error"
    PROTOCOL_ERROR = "protocol.error"
    INTERNAL_ERROR = "internal.error"
    CALL_HELD_BACK = "call.held_back"
    ATTEMPT_FAILED = "attempt.failed"
    CLAIM_NOT_JUDGED = "claim.not_judged"

    # The OCR service.
    OCR_ANSWERED = "ocr.answered"
    OCR_UNANSWERED = "ocr.unanswered"
    PUBLIC_KEY_FETCHED = "public_key.fetched"
    PUBLIC_KEY_WEAK = "public_key.weak"
    PUBLIC_KEY_REFUSED = "public_key.refused"
    CREDENTIALS_REFUSED = "credentials.refused"
    TOKEN_REFUSED = "token.refused"  # noqa: S105 -- the name of an event
    TOKEN_ISSUED = "token.issued"  # noqa: S105 -- the name of an event
    SECRET_READ = "secret.read"  # noqa: S105 -- the name of an event

    # What is stored.
    LEDGER_WRITE_FAILED = "ledger.write_failed"
    REQUEST_KEY_NOT_STORED = "request_key.not_stored"
    CLAIM_NOT_SEALED = "claim.not_sealed"
    REQUEST_KEY_WRITE_FAILED = "request_key.write_failed"
    LOCK_GUARD_WRITE_FAILED = "lock_guard.write_failed"

    # Deliveries, and what all instances share.
    EVENT_MALFORMED = "event.malformed"
    EVENT_DEAD_LETTERED = "event.dead_lettered"
    EVENT_SKIPPED = "event.skipped"
    DEAD_LETTER_FAILED = "dead_letter.failed"
    DEFER_FAILED = "defer.failed"
    CIRCUIT_OPENED = "circuit.opened"
    CIRCUIT_CLOSED = "circuit.closed"
    SHARED_STATE_NOT_WRITTEN = "shared_state.not_written"

    # Verification.
    CLAIM_STARTED = "claim.started"
    LOCK_GUARD_REFUSED = "lock_guard.refused"
    CLAIM_REFUSED = "claim.refused"
    VERDICT_GIVEN = "verdict.given"
    VERDICT_REPEATED = "verdict.repeated"


Field = str | int | float | bool | None


class Recorder(Protocol):
    """Records an event: its line, and its metric if it has one. A field that is None is left out. Thread-safe."""

    def __call__(self, event: LogEvent, /, **fields: Field) -> None:
        """Record ``event``."""


def record_nothing(_: LogEvent, /, **fields: Field) -> None:
    """Record nothing: for a client outside of a function."""
