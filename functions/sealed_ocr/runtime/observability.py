"""Logs and metrics. Log lines name documents by their id, never by a value or an object key."""

from __future__ import annotations

import traceback
from pathlib import PurePath

from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.table import Table
from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.log_event import Field, LogEvent
from sealed_ocr.common.metric_name import Metric
from sealed_ocr.ocr.errors import (
    ConfigurationFault,
    ContractFault,
    HeldBack,
    LimitExceeded,
    OcrError,
    OutcomeUnknown,
    VerificationRefused,
)
from sealed_ocr.runtime.call_counts import CallCounts
from sealed_ocr.runtime.event_log import EventLog
from sealed_ocr.runtime.event_specs import EVENT_SPECS
from sealed_ocr.runtime.metrics import MetricsBuffer


class Observability:
    """Logs and counts. Thread-safe."""

    def __init__(self, log: EventLog, metrics: MetricsBuffer) -> None:
        """``metrics`` and ``calls`` are flushed by the handler at the end of an invocation."""
        self._log = log
        self.metrics = metrics
        self.calls = CallCounts()
        self.about = log.about
        self.identify = log.identify

    def begin_invocation(self, request_id: str) -> None:
        """Name the invocation in all further lines."""
        self._log.begin_invocation(request_id)
        self.metrics.begin_invocation(request_id)

    def record(self, event: LogEvent, /, **fields: Field) -> None:
        """Log an event, and count it if it has a metric."""
        metric = EVENT_SPECS[event].metric
        if metric is not None:
            self.metrics.count(metric)
        operation, milliseconds = fields.get("operation"), fields.get("milliseconds")
        # A verification has no kind of document.
        if isinstance(operation, Kind) and milliseconds is not None:
            self.metrics.record_duration(Metric.OCR_LATENCY, float(milliseconds), operation)
        self._log.write(event, **fields)

    def document_finished(self, kind: str | None, outcome: str) -> None:
        """Count a document whose message was sent. ``outcome`` is ``analyzed`` or ``rejected``."""
        self.metrics.count(Metric.ANALYZED if outcome == "analyzed" else Metric.REJECTED, kind or "unknown")
        self.metrics.record_share(Metric.TRANSIENT_SHARE, False)

    def flush_calls(self, table: Table) -> None:
        """Write the counts of calls into ``table``. If that fails, the next invocation writes them."""
        try:
            self.calls.flush(table)
        except AwsError as failure:
            self.record(LogEvent.LEDGER_WRITE_FAILED, fault=str(failure))

    def attempt_failed(self, kind: str | None, failure: Exception) -> str:
        """Record that an attempt failed, and count it by what may be done about it.

        Returns
        -------
        str
            The name of the error, which may be stored.
        """
        error = error_name(failure)
        fields: dict[str, Field] = {"kind": kind, "error": error, "fault": str(failure)}
        if isinstance(failure, OutcomeUnknown):
            self.record(LogEvent.CALL_OUTCOME_UNKNOWN, **fields)
        elif isinstance(failure, ConfigurationFault) or (isinstance(failure, AwsError) and failure.operator_must_act):
            self.record(LogEvent.CONFIGURATION_ERROR, **fields)
        elif isinstance(failure, ContractFault):
            self._count_transient(kind)
            self.record(LogEvent.PROTOCOL_ERROR, **fields)
        elif isinstance(failure, HeldBack):
            self.record(LogEvent.CALL_HELD_BACK, **fields, seconds=failure.wait_seconds)
        elif isinstance(failure, LimitExceeded):
            self.metrics.count(Metric.LIMIT_EXCEEDED)
            self.record(LogEvent.ATTEMPT_FAILED, **fields)
        elif isinstance(failure, VerificationRefused):
            self.record(LogEvent.CLAIM_NOT_JUDGED, **fields)
        elif isinstance(failure, OcrError | AwsError):
            self._count_transient(kind)
            self.record(LogEvent.ATTEMPT_FAILED, **fields)
        else:
            self.metrics.count(Metric.POSSIBLY_BILLED)
            self.internal_error(failure, kind)
        return error

    def _count_transient(self, kind: str | None) -> None:
        self.metrics.count(Metric.TRANSIENT, kind or "unknown")
        # One metric for the alarm: a share computed of two metrics would be unknown while one of them has no data.
        self.metrics.record_share(Metric.TRANSIENT_SHARE, True)

    def internal_error(self, failure: Exception, kind: str | None = None) -> None:
        """Log an exception of our own. Its text may hold anything, so only its class and place are logged."""
        name = error_name(failure)
        self.record(LogEvent.INTERNAL_ERROR, kind=kind, error=name, fault=f"{name} at {_place(failure)}")


def error_name(failure: Exception) -> str:
    """Return the name of an error, which may be logged and stored: its class, and its code if it has one."""
    if isinstance(failure, AwsError):
        return f"{failure.operation}.{failure.code}"
    code = getattr(failure, "code", None)
    return type(failure).__name__ + (f".{code}" if code is not None else "")


def _place(failure: Exception) -> str:
    """Return file names and line numbers of the traceback. The frames' values may hold anything."""
    frames = traceback.extract_tb(failure.__traceback__)
    return " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-6:]))
