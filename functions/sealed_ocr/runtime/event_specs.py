"""What the line of each event holds: the source of the table in docs/logs.md."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from sealed_ocr.common.log_event import LogEvent
from sealed_ocr.common.metric_name import Metric


class Level(Enum):
    """How urgent a line is."""

    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class Scope(Enum):
    """The fields of identity that a line has at least. Each line has ``function_request_id`` too.

    The analyze function adds ``receiveCount`` to those of a delivery, a document or an attempt.
    """

    INVOCATION = ()
    DELIVERY = ("messageId",)
    DOCUMENT = ("documentId",)
    ATTEMPT = ("documentId", "attemptId")


class EventSpec(NamedTuple):
    """The lines of an event.

    Attributes
    ----------
    scope
        What they identify at least. A line that an attempt writes identifies it, whatever its event.
    level
        Their level.
    message
        Their text, for people. None for ``INFO``: the event says it.
    fields
        The further fields that they may have.
    metric
        The metric that counts them, if one counts all of them.
    """

    scope: Scope
    level: Level
    message: str | None
    fields: tuple[str, ...] = ()
    metric: Metric | None = None


_INVOCATION, _DELIVERY, _DOCUMENT, _ATTEMPT = Scope
_INFO, _WARNING, _ERROR = Level
_FAILURE = ("kind", "error", "fault")

EVENT_SPECS: dict[LogEvent, EventSpec] = {
    LogEvent.ATTEMPT_STARTED: EventSpec(_ATTEMPT, _INFO, None, ("kind", "last", "traceId")),
    LogEvent.ATTEMPT_REFUSED: EventSpec(_DOCUMENT, _INFO, None, ("refusal",)),
    LogEvent.ATTEMPT_DEFERRED: EventSpec(_DOCUMENT, _INFO, None, ("why", "until")),
    LogEvent.PREVIOUS_ATTEMPT_KILLED: EventSpec(
        _DOCUMENT, _WARNING, "the previous attempt was killed", (), Metric.POSSIBLY_BILLED
    ),
    LogEvent.IMAGE_OPENED: EventSpec(_ATTEMPT, _INFO, None, ("bytes",)),
    LogEvent.CORRELATION_ID_IGNORED: EventSpec(
        _ATTEMPT, _WARNING, "the correlation id is not allowed", (), Metric.CORRELATION_ID_IGNORED
    ),
    LogEvent.CORRELATION_ID_NOT_READ: EventSpec(_DOCUMENT, _INFO, None, ("fault",)),
    LogEvent.DOCUMENT_REJECTED: EventSpec(_ATTEMPT, _INFO, None, ("code", "resultCode")),
    LogEvent.RESULT_SENT: EventSpec(_DOCUMENT, _INFO, None, ("outcome",)),
    LogEvent.RESULT_NOT_SENT: EventSpec(
        _ATTEMPT, _WARNING, "the message could not be sent", ("fault", "possiblyBilled")
    ),
    LogEvent.DOCUMENT_DEAD_LETTERED: EventSpec(
        _DOCUMENT, _WARNING, "sent to the dead-letter queue", ("reason",), Metric.PARKED
    ),
    LogEvent.CALL_OUTCOME_UNKNOWN: EventSpec(
        _DOCUMENT, _ERROR, "the outcome of the call is unknown", _FAILURE, Metric.POSSIBLY_BILLED
    ),
    LogEvent.CONFIGURATION_ERROR: EventSpec(
        _DOCUMENT, _ERROR, "an operator must act", _FAILURE, Metric.CONFIGURATION_ERROR
    ),
    LogEvent.PROTOCOL_ERROR: EventSpec(_DOCUMENT, _ERROR, "protocol error", _FAILURE, Metric.CONTRACT_ERROR),
    LogEvent.INTERNAL_ERROR: EventSpec(_INVOCATION, _ERROR, "internal error", _FAILURE, Metric.CONTRACT_ERROR),
    LogEvent.CALL_HELD_BACK: EventSpec(_ATTEMPT, _INFO, None, (*_FAILURE, "seconds")),
    LogEvent.ATTEMPT_FAILED: EventSpec(_DOCUMENT, _WARNING, "the attempt failed", _FAILURE),
    LogEvent.CLAIM_NOT_JUDGED: EventSpec(_ATTEMPT, _INFO, None, _FAILURE),
    LogEvent.OCR_ANSWERED: EventSpec(_ATTEMPT, _INFO, None, ("operation", "resultCode", "milliseconds")),
    LogEvent.OCR_UNANSWERED: EventSpec(
        _ATTEMPT, _WARNING, "no answer that can be trusted", ("operation", "milliseconds")
    ),
    LogEvent.PUBLIC_KEY_FETCHED: EventSpec(_ATTEMPT, _INFO, None, ("keyService", "bits"), Metric.PUBLIC_KEY_FETCHED),
    LogEvent.PUBLIC_KEY_WEAK: EventSpec(
        _ATTEMPT, _WARNING, "the public key has fewer than 2048 bits", ("keyService", "bits"), Metric.WEAK_PUBLIC_KEY
    ),
    LogEvent.PUBLIC_KEY_REFUSED: EventSpec(_ATTEMPT, _INFO, None, ("keyService", "resultCode")),
    LogEvent.CREDENTIALS_REFUSED: EventSpec(_ATTEMPT, _INFO, None, ("resultCode",)),
    LogEvent.TOKEN_REFUSED: EventSpec(_ATTEMPT, _INFO, None, ("resultCode",)),
    LogEvent.TOKEN_ISSUED: EventSpec(_ATTEMPT, _INFO, None, ("seconds",)),
    LogEvent.SECRET_READ: EventSpec(_ATTEMPT, _INFO, None),
    LogEvent.LEDGER_WRITE_FAILED: EventSpec(
        _INVOCATION, _WARNING, "the ledger could not be written", ("fault",), Metric.LEDGER_WRITE_FAILED
    ),
    LogEvent.REQUEST_KEY_NOT_STORED: EventSpec(
        _ATTEMPT, _WARNING, "the card cannot be verified", ("fault",), Metric.OFFER_NOT_KEPT
    ),
    LogEvent.CLAIM_NOT_SEALED: EventSpec(
        _ATTEMPT, _WARNING, "the claim could not be sealed", ("fault",), Metric.OFFER_NOT_KEPT
    ),
    LogEvent.REQUEST_KEY_WRITE_FAILED: EventSpec(
        _DOCUMENT, _WARNING, "the Request-Key's state could not be written", ("fault",), Metric.LEDGER_WRITE_FAILED
    ),
    LogEvent.LOCK_GUARD_WRITE_FAILED: EventSpec(
        _ATTEMPT, _WARNING, "the claim stays counted by the lock guard", ("fault",)
    ),
    LogEvent.EVENT_MALFORMED: EventSpec(_DELIVERY, _WARNING, "not an event of S3", ("fault",), Metric.MALFORMED_EVENT),
    LogEvent.EVENT_DEAD_LETTERED: EventSpec(
        _DELIVERY, _WARNING, "sent to the dead-letter queue", ("reason",), Metric.PARKED
    ),
    LogEvent.EVENT_SKIPPED: EventSpec(_DELIVERY, _INFO, None),
    LogEvent.DEAD_LETTER_FAILED: EventSpec(
        _INVOCATION, _WARNING, "dead-lettering failed", ("fault",), Metric.PARK_FAILED
    ),
    LogEvent.DEFER_FAILED: EventSpec(_DELIVERY, _INFO, None, ("fault",)),
    LogEvent.CIRCUIT_OPENED: EventSpec(_INVOCATION, _WARNING, "circuit opened", ("circuit",)),
    LogEvent.CIRCUIT_CLOSED: EventSpec(_INVOCATION, _INFO, None, ("circuit",)),
    LogEvent.SHARED_STATE_NOT_WRITTEN: EventSpec(_INVOCATION, _INFO, None, ("fault",)),
    LogEvent.CLAIM_STARTED: EventSpec(_ATTEMPT, _INFO, None, ("traceId",)),
    LogEvent.LOCK_GUARD_REFUSED: EventSpec(
        _ATTEMPT,
        _WARNING,
        "the lock guard did not let the claim through",
        ("falseClaims", "unknownClaims"),
        Metric.LOCK_GUARD_REFUSED,
    ),
    LogEvent.CLAIM_REFUSED: EventSpec(
        _INVOCATION, _WARNING, "no verdict", ("problem", "status"), Metric.VERDICT_REFUSED
    ),
    LogEvent.VERDICT_GIVEN: EventSpec(_ATTEMPT, _INFO, None, (), Metric.VERDICT),
    LogEvent.VERDICT_REPEATED: EventSpec(_DOCUMENT, _INFO, None),
}
