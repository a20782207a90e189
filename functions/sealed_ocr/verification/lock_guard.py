"""The lock guard: the claim that could lock a citizen's card is not sent (docs/adr/0109).

A claim counts as false from before it is sent until it is known to be true, or proven not judged. A function that is
killed in between leaves it counted.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

import msgspec

from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.false_claims import MAX_FALSE_CLAIMS, FalseClaims, FalseClaimsTable
from sealed_ocr.aws.request_key_states import Step
from sealed_ocr.aws.stored_request_key import StoredRequestKey, VerificationAttempt
from sealed_ocr.common.log_event import LogEvent
from sealed_ocr.runtime.observability import Observability
from sealed_ocr.verification.failures import IN_PROGRESS_SECONDS, RETRY_SECONDS, card_locked
from sealed_ocr.verification.problems import Problem

# The field by which the authority knows the card of a claim, by idType.
GUARDED_NUMBERS = {"resident": "residentNumber", "driver": "driverLicenseNumber", "passport": "passportNumber"}
# The claim was not judged, unless an earlier attempt with the same Request-Key was.
_NOT_JUDGED: frozenset[Step] = frozenset({"free", "expire", "lock"})


class LockGuard:
    """Counts the false claims of each person. Thread-safe."""

    def __init__(self, counts: FalseClaimsTable, mac: Callable[[bytes], str], observability: Observability) -> None:
        """``mac`` returns a code by which numbers are compared without being stored; it raises ``AwsError``."""
        self._counts = counts
        self._mac = mac
        self._observability = observability

    def person(self, claim: dict[str, str]) -> str:
        """Return the code of the number in ``claim``. Raises ``AwsError`` if KMS fails.

        No MAC of a claim has a message of this form (``verifier``).
        """
        id_type = claim["idType"]
        return self._mac(msgspec.json.encode(["lock-guard", id_type, claim[GUARDED_NUMBERS[id_type]]]))

    def attempts_left(self, stored: StoredRequestKey) -> int | None:
        """Return how many more claims may be sent about the person of the last claim, or None if that is not known."""
        if not stored.person:
            return None
        try:
            return self._counts.read(stored.person).left
        except AwsError:
            # The verdict matters more.
            return None

    def reserve(self, attempt: VerificationAttempt) -> int:
        """Count the claim of ``attempt`` as false, before it is sent. Return how many more may be sent.

        Raises
        ------
        Problem
            If the claim must not be sent. This attempt does not count then.
        """
        try:
            may_send, counted = self._counts.reserve(attempt.person, self._entry(attempt))
        except AwsError as failure:
            self._observability.attempt_failed(None, failure)
            # Whether it was counted is not known.
            if not attempt.doubted:
                self._release(attempt)
            raise Problem("temporarily-unavailable", "nothing was sent; try again", retry_after=RETRY_SECONDS) from None
        if may_send:
            return counted.left
        problem = _refusal(counted)
        problem.attempts_left = 0
        if problem.kind == "lock-guard":
            self._observability.record(
                LogEvent.LOCK_GUARD_REFUSED, falseClaims=counted.false, unknownClaims=counted.open
            )
        raise problem

    def settle(self, attempt: VerificationAttempt, left: int, step: Step, verdict: bool | None, deadline: float) -> int:
        """End the reservation of an attempt that ends with ``step``. Return how many more claims may be sent.

        ``left`` is what ``reserve`` returned. After ``deadline`` (of ``time.monotonic``) nothing is written, because
        the caller waits for the response: the claim stays counted.
        """
        in_time = time.monotonic() < deadline
        harmless = verdict is True or (step in _NOT_JUDGED and not attempt.doubted)
        if in_time and harmless:
            self._release(attempt)
        if in_time and verdict is False:
            self._write(self._counts.confirm, attempt.person, self._entry(attempt))
        if step == "lock":
            if in_time:
                self._write(self._counts.lock, attempt.person)
            return 0
        return left + harmless

    def _release(self, attempt: VerificationAttempt) -> None:
        self._write(self._counts.release, attempt.person, self._entry(attempt))

    def _write(self, write: Callable[..., None], *given: str) -> None:
        try:
            write(*given)
        except AwsError as failure:
            # The claim stays counted.
            self._observability.record(LogEvent.LOCK_GUARD_WRITE_FAILED, fault=str(failure))

    def _entry(self, attempt: VerificationAttempt) -> str:
        key_hash = hashlib.sha256(attempt.request_key.encode()).hexdigest()
        return self._counts.entry(key_hash, attempt.key_expires_at)


def _refusal(counted: FalseClaims) -> Problem:
    if counted.locked_until:
        return card_locked("the authority had locked this card when a claim was sent before; nothing was sent")
    if counted.under_way:
        detail = "other claims about this person are under way, and all of them may be false; nothing was sent"
        return Problem("verification-in-progress", detail, retry_after=IN_PROGRESS_SECONDS)
    detail = (
        f"{MAX_FALSE_CLAIMS} claims about this person were false, or their ends are not known; nothing was sent, "
        "because the authority locks a card after a few more. Compare the claims with the card; an operator can "
        "release the person with `ops lock-guard`"
    )
    return Problem("lock-guard", detail)
