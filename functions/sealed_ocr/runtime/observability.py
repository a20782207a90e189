"""Logs and metrics. Log lines name documents by their id, never by a value or an object key."""

from __future__ import annotations

import traceback
from pathlib import PurePath
from typing import Any

from aws_lambda_powertools import Logger

from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.table import Table
from sealed_ocr.common.log_event import LogEvent
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
from sealed_ocr.runtime.metrics import MetricsBuffer


class Observability:
    """Logs and counts. Thread-safe."""

    def __init__(self, logger: Logger, metrics: MetricsBuffer) -> None:
        """``metrics`` and ``calls`` are flushed by the handler at the end of an invocation."""
        self._logger = logger
        self.metrics = metrics
        self.calls = CallCounts()

    def document_finished(self, document_id: str, kind: str | None, outcome: str, code: str = "") -> None:
        """Record that the message of a document was sent. ``outcome`` is ``analyzed`` or ``rejected``."""
        self.metrics.count(Metric.ANALYZED if outcome == "analyzed" else Metric.REJECTED, kind or "unknown")
        self.metrics.record_share(Metric.TRANSIENT_SHARE, False)
        self._logger.info(LogEvent.DOCUMENT_FINISHED, documentId=document_id, kind=kind, outcome=outcome, code=code)

    def flush_calls(self, table: Table) -> None:
        """Write the counts of calls into ``table``. If that fails, the next invocation writes them."""
        try:
            self.calls.flush(table)
        except AwsError as failure:
            self.warn(Metric.LEDGER_WRITE_FAILED, str(failure))

    def attempt_failed(self, document_id: str, kind: str | None, failure: Exception) -> str:
        """Record that an attempt failed, and count it by what may be done about it.

        Returns
        -------
        str
            The name of the error, which may be stored.
        """
        fields: dict[str, Any] = {"documentId": document_id, "kind": kind, "fault": str(failure)}
        if isinstance(failure, OutcomeUnknown):
            self.metrics.count(Metric.POSSIBLY_BILLED)
            self._logger.error(LogEvent.CALL_OUTCOME_UNKNOWN, **fields)
        elif isinstance(failure, ConfigurationFault) or (isinstance(failure, AwsError) and failure.operator_must_act):
            self.metrics.count(Metric.CONFIGURATION_ERROR)
            self._logger.error(LogEvent.OPERATOR_MUST_ACT, **fields)
        elif isinstance(failure, ContractFault):
            self.metrics.count(Metric.CONTRACT_ERROR)
            self._count_transient(kind)
            self._logger.error(LogEvent.PROTOCOL_ERROR, **fields)
        elif isinstance(failure, HeldBack):
            # The metric of the ceiling tells of it, once for each invocation.
            self._logger.info(LogEvent.HELD_BACK, **fields)
        elif isinstance(failure, LimitExceeded):
            self.metrics.count(Metric.LIMIT_EXCEEDED)
            self._logger.warning(LogEvent.RETRYING_LATER, **fields)
        elif isinstance(failure, VerificationRefused):
            self._logger.info(LogEvent.CLAIM_NOT_JUDGED, documentId=document_id, fault=str(failure))
        elif isinstance(failure, OcrError | AwsError):
            self._count_transient(kind)
            self._logger.warning(LogEvent.RETRYING_LATER, **fields)
        else:
            self.metrics.count(Metric.POSSIBLY_BILLED)
            self.internal_error(failure, document_id, kind)
        return _error_name(failure)

    def _count_transient(self, kind: str | None) -> None:
        self.metrics.count(Metric.TRANSIENT, kind or "unknown")
        # One metric for the alarm: a share computed of two metrics would be unknown while one of them has no data.
        self.metrics.record_share(Metric.TRANSIENT_SHARE, True)

    def internal_error(self, failure: Exception, document_id: str = "", kind: str | None = None) -> None:
        """Log an exception of our own. Its text may hold anything, so only its class and place are logged."""
        self.metrics.count(Metric.CONTRACT_ERROR)
        fault, at = _error_name(failure), _place(failure)
        self._logger.error(LogEvent.INTERNAL_ERROR, documentId=document_id, kind=kind, fault=fault, at=at)

    def warn(self, metric: Metric, text: str, document_id: str = "", **fields: Any) -> None:
        """Log an event that operators should see, and count it as ``metric``."""
        self.metrics.count(metric)
        self._logger.warning(text, documentId=document_id, **fields)

    def info(self, text: str, document_id: str = "", **fields: Any) -> None:
        """Log an event that needs no attention."""
        self._logger.info(text, documentId=document_id, **fields)


def _error_name(failure: Exception) -> str:
    if isinstance(failure, AwsError):
        return f"{failure.operation}.{failure.code}"
    code = getattr(failure, "code", None)
    return type(failure).__name__ + (f".{code}" if code is not None else "")


def _place(failure: Exception) -> str:
    """Return file names and line numbers of the traceback. The frames' values may hold anything."""
    frames = traceback.extract_tb(failure.__traceback__)
    return " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-6:]))
