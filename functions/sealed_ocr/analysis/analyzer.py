"""Use case: one uploaded image, one message.

The order is the guarantee: the document is claimed in the ledger, read once, its message sent, and only then recorded
as done. Whatever fails on the way says what is to become of the delivery (design, decision 3).
"""

from __future__ import annotations

from enum import Enum

import msgspec

from sealed_ocr.analysis import messages
from sealed_ocr.analysis.deadline import Budget
from sealed_ocr.analysis.recognition import Reading, kind_of
from sealed_ocr.aws.circuit_breaker import RESULTS, Outages
from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.ledger import Claimed, Ledger, Refused, Standing
from sealed_ocr.aws.queues import LARGEST_MESSAGE, Queues
from sealed_ocr.aws.uploads import Upload
from sealed_ocr.ocr.errors import OcrError, OutcomeUnknown
from sealed_ocr.runtime.observability import Report

UNKNOWN_OUTCOME = "unknown-outcome"


class Next(Enum):
    """What is to become of a delivery."""

    ACKNOWLEDGE = "acknowledge"
    COME_BACK = "come back"
    RUN_ALONE = "run alone"
    PARK = "park"
    STAY_PARKED = "stay parked"


class Outcome(msgspec.Struct, frozen=True):
    """A delivery's end, and how many seconds to wait where that is known.

    ``killed`` when what is to run alone had an attempt whose function was killed, and nobody has counted that yet.
    """

    next: Next
    wait_seconds: int | None = None
    killed: bool = False


class Analyzer:
    """Brings one upload at a time to its end. Thread-safe; never raises."""

    def __init__(self, ledger: Ledger, reading: Reading, queues: Queues, outages: Outages, report: Report) -> None:
        """Take the parts."""
        self._ledger = ledger
        self._reading = reading
        self._queues = queues
        self._outages = outages
        self._report = report

    def run(self, upload: Upload, budget: Budget, *, alone: bool = False, killed: bool = False) -> Outcome:
        """Bring ``upload`` to its end, or as far as it goes now.

        With ``alone`` a lapsed lease is taken over: nothing else runs that could be harmed. ``killed`` as in the
        ``Outcome`` that asked for it.
        """
        if not budget.allows_a_call():
            return Outcome(Next.COME_BACK)
        try:
            claimed = self._ledger.claim(upload.document_id, take_over=alone)
        except AwsError as failure:
            budget.halt()
            self._report.failed(upload.document_id, kind_of(upload.key), failure)
            return Outcome(Next.COME_BACK)
        if isinstance(claimed, Refused):
            return self._refused(upload, claimed)
        if killed:
            self._report.counted("PossiblyBilled", "the attempt before was killed", upload.document_id)
        return self._attempt(upload, claimed, budget)

    def _refused(self, upload: Upload, refused: Refused) -> Outcome:
        self._report.noted(f"not claimed: {refused.standing.value}", upload.document_id)
        match refused.standing:
            case Standing.DONE:
                return Outcome(Next.ACKNOWLEDGE)
            case Standing.PARKED:
                return Outcome(Next.STAY_PARKED)
            case Standing.BUSY:
                return Outcome(Next.COME_BACK, refused.wait_seconds)
            case Standing.LAPSED:
                return Outcome(Next.RUN_ALONE, killed=True)
            case Standing.SUSPECT:
                return Outcome(Next.RUN_ALONE)
            case Standing.EXHAUSTED:
                return Outcome(Next.PARK)

    def _attempt(self, upload: Upload, claimed: Claimed, budget: Budget) -> Outcome:
        try:
            message = self._reading.read(upload, budget, last=claimed.last)
            body = messages.encode(message)
            if len(body.encode()) > LARGEST_MESSAGE:
                reason = "what was read is larger than a message can be"
                message = self._reading.announcer(upload).rejected("result-too-large", reason)
                body = messages.encode(message)
        except OutcomeUnknown as failure:
            return self._doubt(upload, claimed, failure, budget)
        except (OcrError, AwsError) as failure:
            return self._release(upload, claimed, failure, budget)
        except Exception as failure:  # noqa: BLE001 - whether it was billed is not known, and a batch must go on
            return self._doubt(upload, claimed, failure, budget)
        try:
            self._queues.send_result(body, messages.attributes(message), budget.send_until)
        except AwsError as failure:
            budget.halt()
            self._outages.unanswered(RESULTS)
            if isinstance(message, messages.Analyzed):
                self._report.counted("PossiblyBilled", "a result was paid for and lost", upload.document_id)
                return self._doubt(upload, claimed, failure, budget)
            return self._release(upload, claimed, failure, budget)
        self._outages.answered(RESULTS)
        return self._finish(upload, claimed, message, budget)

    def _finish(self, upload: Upload, claimed: Claimed, message: messages.Message, budget: Budget) -> Outcome:
        rejection = message.data.rejection if isinstance(message, messages.Rejected) else None
        outcome, code = ("rejected", rejection.code) if rejection else ("analyzed", "")
        try:
            self._ledger.finish(claimed, outcome)
        except AwsError as failure:
            # The message is out, so the delivery is done with; only a later duplicate would be paid for again.
            budget.halt()
            self._report.counted("LedgerWriteFailed", str(failure), upload.document_id)
        self._report.finished(upload.document_id, kind_of(upload.key), outcome, code)
        return Outcome(Next.ACKNOWLEDGE)

    def _doubt(self, upload: Upload, claimed: Claimed, failure: Exception, budget: Budget) -> Outcome:
        reason = self._report.failed(upload.document_id, kind_of(upload.key), failure)
        try:
            self._ledger.doubt(claimed, reason)
        except AwsError as unwritten:
            return self._unwritten(upload, unwritten, budget)
        return Outcome(Next.PARK if claimed.last else Next.COME_BACK)

    def _release(self, upload: Upload, claimed: Claimed, failure: Exception, budget: Budget) -> Outcome:
        reason = self._report.failed(upload.document_id, kind_of(upload.key), failure)
        try:
            self._ledger.release(claimed, reason)
        except AwsError as unwritten:
            return self._unwritten(upload, unwritten, budget)
        return Outcome(Next.COME_BACK)

    def _unwritten(self, upload: Upload, failure: AwsError, budget: Budget) -> Outcome:
        budget.halt()
        self._report.counted("LedgerWriteFailed", str(failure), upload.document_id)
        return Outcome(Next.COME_BACK)
