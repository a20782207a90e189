"""Stands in for the OCR client in a simulated stage. It calls the table of its counts, and nothing else.

It reads the image from S3 to its end, as a call does, and its failures are those of the client.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from sealed_ocr.aws.images import S3Image
from sealed_ocr.claims import offer
from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.log_event import LogEvent, Recorder, record_nothing
from sealed_ocr.ocr.client import AUTHENTICITY, Analysis
from sealed_ocr.ocr.errors import OcrError, OutcomeUnknown, Transient
from sealed_ocr.ocr.result_codes import SUCCESS, failure
from sealed_ocr.simulation import verdicts
from sealed_ocr.simulation.answers import REQUEST_KEY_INVALID, Answer, Step, failure_of
from sealed_ocr.simulation.calls import SimulatedCalls
from sealed_ocr.simulation.outcomes import outcome_of
from sealed_ocr.simulation.results import person_of, result_of


class SimulatedOcr:
    """Answers as the keys of the documents say. Thread-safe; one for the life of the process."""

    def __init__(
        self,
        calls: SimulatedCalls,
        call_seconds: float,
        record: Recorder = record_nothing,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Give no call longer than ``call_seconds``; ``record`` receives the end of each call."""
        self._calls = calls
        self._call_seconds = call_seconds
        self._record = record
        self._sleep = sleep

    def analyze(
        self,
        kind: Kind,
        image: S3Image,
        deadline: float,
        *,
        require_fresh_public_key: bool = False,
    ) -> Analysis:
        """Return the result that the key of the image names. There is no public key, and so none is required.

        Raises
        ------
        Rejected, ConfigurationFault, Transient, OutcomeUnknown
            If the key names one of them, or no outcome at all (``Rejected`` without a code).
        """
        document = image.document
        outcome = outcome_of(kind, document.key)
        started, requested_at = time.monotonic(), time.time()
        until = min(deadline, started + self._call_seconds)
        _read_to_end(image, until)
        step = outcome.step(self._number_of_call(document.document_id, outcome.steps))
        if not self._wait(outcome.seconds, until):
            step = Answer.NONE
        self._end(kind, started, step)
        person = person_of(document.key)
        result = result_of(outcome.document, person, image.file_name.rpartition(".")[2])
        request_key = verdicts.issue(outcome.verdict, person) if outcome.verdict else None
        return Analysis(result, request_key, requested_at)

    def verify(self, request_key: str, claim: Mapping[str, str], deadline: float) -> bool:
        """Return the verdict that ``request_key`` carries.

        Raises
        ------
        RequestKeyInvalid, CardLocked, Transient, OutcomeUnknown
            If the Request-Key carries one of them, has had its verdict, or is not the simulator's.
        """
        started = time.monotonic()
        if started >= deadline:
            raise Transient("the request could not be sent in time")
        issued = verdicts.read(request_key)
        if issued is None:
            raise failure(REQUEST_KEY_INVALID)
        judgement = issued.step(self._calls.count(request_key))
        if not isinstance(judgement, verdicts.Judgement):
            self._end(AUTHENTICITY, started, judgement)
        self._end(AUTHENTICITY, started, Answer.SUCCESS)
        if judgement is verdicts.Judgement.COMPARE:
            return _is_of_card(claim, issued.person)
        return judgement is verdicts.Judgement.AUTHENTIC

    def _number_of_call(self, document_id: str, steps: tuple[Step, ...]) -> int:
        """Return the number of the call. Where every call has the same answer, none is counted."""
        return self._calls.count(document_id) if len(steps) > 1 else 1

    def _wait(self, seconds: float, until: float) -> bool:
        """Wait ``seconds``, or until the time is over; return whether the answer came in time."""
        left = until - time.monotonic()
        self._sleep(max(min(seconds, left), 0))
        return seconds <= left

    def _end(self, operation: str, started: float, step: Step) -> None:
        """Record how a call ended, and raise its failure if it has one."""
        failed: OcrError | None = failure_of(step)
        event = LogEvent.OCR_UNANSWERED if isinstance(failed, OutcomeUnknown) else LogEvent.OCR_ANSWERED
        code = SUCCESS if failed is None else failed.code
        milliseconds = round((time.monotonic() - started) * 1000)
        self._record(event, operation=operation, milliseconds=milliseconds, resultCode=code)
        if failed is not None:
            raise failed


def _read_to_end(image: S3Image, until: float) -> None:
    for _ in image.chunks():
        if time.monotonic() >= until:
            raise Transient("the request could not be sent in time")


def _is_of_card(claim: Mapping[str, str], person: str) -> bool:
    """Whether each field of the claim is that of the simulated card."""
    of_card = offer(result_of(claim["idType"], person, ""))
    return of_card is not None and all(of_card.request.get(name) == value for name, value in claim.items())
