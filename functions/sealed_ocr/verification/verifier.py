"""Use case: one claim, one verdict (docs/adr/0005).

The verifier repeats nothing after a claim was sent: a Request-Key is good for one verdict, and five wrong issue dates
lock a citizen's card. The caller learns the outcome of the claim, and decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.request_key_states import RequestKeyState, Step
from sealed_ocr.aws.request_keys import RequestKeys
from sealed_ocr.aws.stored_request_key import StoredRequestKey, VerificationAttempt
from sealed_ocr.common.billed_call import BilledCall
from sealed_ocr.common.log_event import LogEvent
from sealed_ocr.common.short_id import short_id
from sealed_ocr.ocr.errors import OcrError
from sealed_ocr.runtime.call_counts import CallEnd
from sealed_ocr.runtime.observability import Observability
from sealed_ocr.runtime.wiring import OcrService
from sealed_ocr.verification.claim_request import ClaimRequest
from sealed_ocr.verification.claim_validation import wrong_id_type
from sealed_ocr.verification.failures import (
    IN_PROGRESS_SECONDS,
    RETRY_SECONDS,
    card_locked,
    failure_step,
    verification_end,
)
from sealed_ocr.verification.problems import Problem

if TYPE_CHECKING:
    from sealed_ocr.aws.claim_seal import ClaimSeal
    from sealed_ocr.verification.lock_guard import LockGuard

Claim = dict[str, str]


class Verdict(NamedTuple):
    """A verdict. ``attempts_left``: how many more claims the lock guard lets through, or None if that is not known."""

    is_authentic: bool
    attempts_left: int | None


class Verifier:
    """Gives verdicts. Thread-safe."""

    def __init__(
        self,
        keys: RequestKeys,
        ocr: OcrService,
        mac: Callable[[bytes], str],
        observability: Observability,
        guard: LockGuard | None,
        seal: ClaimSeal | None = None,
    ) -> None:
        """``mac`` returns a code by which claims are compared without being stored; it raises ``AwsError``.

        ``seal`` opens sealed claims, if the stage has any.
        """
        self._keys = keys
        self._ocr = ocr
        self._mac = mac
        self._observability = observability
        self._guard = guard
        self._seal = seal

    def verdict(
        self, document_id: str, request: ClaimRequest, idempotency_key: str, deadline: float, invocation_id: str
    ) -> Verdict:
        """Return whether the claim of ``request`` is true of the card that was read as ``document_id``.

        With the ``idempotency_key`` ("" for none) and the claim of an earlier verdict, the same verdict is returned.
        An invocation sends at most one claim: Lambda repeats an asynchronous one under the same ``invocation_id``, and
        nobody decided to send its claim again.

        Raises
        ------
        Problem
            If there is no verdict. The state of the Request-Key has been recorded.
        """
        key_hash = hashlib.sha256(idempotency_key.encode()).hexdigest() if idempotency_key else ""
        try:
            stored = self._keys.read(document_id)
            if stored is None:
                raise Problem("unknown-document", "no card with this documentId can be verified, or not any more")
            claim = self._claim(document_id, request, stored)
            claim_mac = self._mac(_canonical(document_id, claim, request)) if key_hash else ""
            earlier = _earlier_verdict(stored, key_hash, claim_mac)
            if earlier is not None:
                self._observability.record(LogEvent.VERDICT_REPEATED)
                return Verdict(earlier, self._guard.attempts_left(stored) if self._guard else None)
            if stored.state is RequestKeyState.EXPIRED:
                self._forget(document_id, stored)
            _require_available(stored)
            if stored.invocation_id == invocation_id:
                raise Problem("outcome-unknown", "Lambda repeated this invocation; its claim was not sent again")
            person = self._guard.person(claim) if self._guard else ""
            attempt = self._keys.begin(document_id, stored, key_hash, claim_mac, invocation_id, person)
        except AwsError as failure:
            self._observability.attempt_failed(None, failure)
            raise Problem("temporarily-unavailable", "nothing was sent; try again", retry_after=RETRY_SECONDS) from None
        if attempt is None:
            raise _in_progress(IN_PROGRESS_SECONDS)
        self._observability.identify(attemptId=short_id(attempt.attempt_id))
        self._observability.record(LogEvent.CLAIM_STARTED)
        return self._verify(attempt, claim, deadline)

    def _claim(self, document_id: str, request: ClaimRequest, stored: StoredRequestKey) -> Claim:
        if request.sealed:
            from sealed_ocr.verification.sealed_claims import complete_claim

            return complete_claim(self._seal, document_id, request, stored)
        if stored.id_type != request.fields["idType"]:
            raise wrong_id_type(stored.id_type)
        return request.fields

    def _verify(self, attempt: VerificationAttempt, claim: Claim, deadline: float) -> Verdict:
        left = self._reserve(attempt)
        try:
            verdict = self._ocr.verify(attempt.request_key, claim, deadline)
        except (OcrError, AwsError) as failure:
            self._count(verification_end(failure))
            step, problem = failure_step(failure, attempt)
            self._observability.attempt_failed(None, failure)
            # The guard comes first: another attempt may begin when this one has ended.
            problem.attempts_left = self._settle(attempt, left, step, None, deadline)
            self._end(attempt, step)
            raise problem from None
        except Exception as failure:  # noqa: BLE001 - whether the claim was judged is not known
            self._count(CallEnd.DOUBTFUL)
            self._observability.attempt_failed(None, failure)
            self._end(attempt, "doubt")
            raise Problem("outcome-unknown", "an internal error: whether a verdict was given is not known") from None
        self._observability.record(LogEvent.VERDICT_GIVEN)
        self._count(CallEnd.ANSWERED)
        # The verdict comes first: no other attempt can begin with this key.
        self._end(attempt, "spend", verdict)
        return Verdict(verdict, self._settle(attempt, left, "spend", verdict, deadline))

    def _reserve(self, attempt: VerificationAttempt) -> int | None:
        if self._guard is None:
            return None
        try:
            return self._guard.reserve(attempt)
        except Problem:
            self._end(attempt, "free")
            raise

    def _settle(
        self, attempt: VerificationAttempt, left: int | None, step: Step, verdict: bool | None, deadline: float
    ) -> int | None:
        if self._guard is None or left is None:
            return None
        return self._guard.settle(attempt, left, step, verdict, deadline)

    def _count(self, end: CallEnd | None) -> None:
        if end is not None:
            self._observability.calls.count(BilledCall.VERIFICATION, end)

    def _forget(self, document_id: str, stored: StoredRequestKey) -> None:
        try:
            self._keys.forget(document_id, stored)
        except AwsError as failure:
            # TTL deletes the key with its item.
            self._observability.record(LogEvent.REQUEST_KEY_WRITE_FAILED, fault=str(failure))

    def _end(self, attempt: VerificationAttempt, step: Step, verdict: bool | None = None) -> None:
        try:
            self._keys.end(attempt, step, verdict)
        except AwsError as failure:
            # The lease expires, and the next attempt sees that the outcome of this one was not recorded.
            self._observability.record(LogEvent.REQUEST_KEY_WRITE_FAILED, fault=str(failure))


def _canonical(document_id: str, claim: Claim, request: ClaimRequest) -> bytes:
    """Return the bytes that are equal for equal claims, made in the same way.

    If a claim in clear text were equal to a sealed one, a caller could try values until the verdict is repeated, and so
    learn what is withheld.
    """
    way = [sorted(request.fields)] if request.sealed else []
    return msgspec.json.encode([document_id, sorted(claim.items()), *way])


def _earlier_verdict(stored: StoredRequestKey, key_hash: str, claim_mac: str) -> bool | None:
    if not key_hash or stored.idempotency_key != key_hash:
        return None
    if stored.claim_mac != claim_mac:
        raise Problem("idempotency-key-reused", "this Idempotency-Key came with another claim before")
    return stored.verdict


def _require_available(stored: StoredRequestKey) -> None:
    if stored.state is RequestKeyState.SENDING:
        raise _in_progress(min(IN_PROGRESS_SECONDS, stored.lease_seconds_left))
    if stored.state is RequestKeyState.SPENT:
        by = (
            "a lost attempt spent it, and its verdict is not known" if stored.verdict is None else "a verdict was given"
        )
        raise Problem("request-key-spent", f"the card's Request-Key is spent: {by}; upload the card's image again")
    if stored.state is RequestKeyState.EXPIRED:
        raise Problem("request-key-expired", "the card's hour for verification is over; upload its image again")
    if stored.state is RequestKeyState.LOCKED:
        raise card_locked()


def _in_progress(seconds: int) -> Problem:
    return Problem("verification-in-progress", "another claim for this card is under way", retry_after=max(seconds, 1))
