"""What operators see of the work: log lines that speak of documents by their id, and counts. Never a value or a key."""

from __future__ import annotations

import traceback
from pathlib import PurePath
from typing import Any

from aws_lambda_powertools import Logger

from sealed_ocr.aws.errors import AwsError
from sealed_ocr.ocr.errors import ConfigurationFault, ContractFault, OcrError, OutcomeUnknown, VerificationRefused
from sealed_ocr.runtime.metrics import Tally


class Report:
    """Logs and counts. Thread-safe."""

    def __init__(self, logger: Logger, tally: Tally) -> None:
        """``tally`` is published by whoever runs the invocation."""
        self._logger = logger
        self.tally = tally

    def finished(self, document_id: str, kind: str | None, outcome: str, code: str = "") -> None:
        """Note that a document's message is out; ``outcome`` is ``analyzed`` or ``rejected``."""
        self.tally.count(outcome.capitalize(), kind or "unknown")
        self.tally.share("TransientShare", False)
        self._logger.info("document finished", documentId=document_id, kind=kind, outcome=outcome, code=code)

    def noted(self, text: str, document_id: str = "", **facts: Any) -> None:
        """Note something that is as it should be."""
        self._logger.info(text, documentId=document_id, **facts)

    def counted(self, metric: str, text: str, document_id: str = "", **facts: Any) -> None:
        """Note something that operators should know of, and count it as ``metric``."""
        self.tally.count(metric)
        self._logger.warning(text, documentId=document_id, **facts)

    def failed(self, document_id: str, kind: str | None, failure: Exception) -> str:
        """Note that an attempt failed, count it by what may be done about it, and return the reason as a word."""
        word = _word(failure)
        if isinstance(failure, OutcomeUnknown):
            self.tally.count("PossiblyBilled")
            self._logger.error("a call's outcome is unknown", documentId=document_id, kind=kind, fault=str(failure))
        elif isinstance(failure, ConfigurationFault) or (isinstance(failure, AwsError) and failure.operator_must_act):
            self.tally.count("ConfigurationError")
            self._logger.error("an operator must act", documentId=document_id, kind=kind, fault=str(failure))
        elif isinstance(failure, ContractFault):
            self.tally.count("ContractError")
            self._transient(kind)
            self._logger.error("the protocol was broken", documentId=document_id, kind=kind, fault=str(failure))
        elif isinstance(failure, VerificationRefused):
            self._logger.info("a claim was not judged", documentId=document_id, fault=str(failure))
        elif isinstance(failure, OcrError | AwsError):
            self._transient(kind)
            self._logger.warning("it will be tried again", documentId=document_id, kind=kind, fault=str(failure))
        else:
            self.tally.count("PossiblyBilled")
            self.broke(failure, document_id, kind)
        return word

    def _transient(self, kind: str | None) -> None:
        self.tally.count("Transient", kind or "unknown")
        # One series for an alarm: a share that is computed of others would be unknown where one of them has no data.
        self.tally.share("TransientShare", True)

    def broke(self, failure: Exception, document_id: str = "", kind: str | None = None) -> None:
        """Note a fault of our own; by itself it says nothing of a call."""
        self.tally.count("ContractError")
        fault, at = _word(failure), _place(failure)
        self._logger.error("a fault of our own", documentId=document_id, kind=kind, fault=fault, at=at)


def _word(failure: Exception) -> str:
    if isinstance(failure, AwsError):
        return f"{failure.operation}.{failure.code}"
    code = getattr(failure, "code", None)
    return type(failure).__name__ + (f".{code}" if code is not None else "")


def _place(failure: Exception) -> str:
    """Say where an unexpected failure arose: its own text and its frames' values may hold anything."""
    frames = traceback.extract_tb(failure.__traceback__)
    return " < ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-6:]))
