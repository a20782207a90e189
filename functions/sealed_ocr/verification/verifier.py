"""Use case: one claim, one verdict (design, decision 7).

Nothing is repeated after a claim has gone out: a Request-Key is good for one verdict, and five wrong issue dates lock
a citizen's card. Whoever asks is told what became of the claim, and decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import msgspec

from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.request_key_states import State, Step
from sealed_ocr.aws.request_keys import Attempt, Held, RequestKeys
from sealed_ocr.ocr.client import OcrClient
from sealed_ocr.ocr.errors import OcrError
from sealed_ocr.runtime.observability import Report
from sealed_ocr.verification.claim_validation import wrong_id_type
from sealed_ocr.verification.failures import LATER, consequence, locked
from sealed_ocr.verification.problems import Problem

Claim = dict[str, str]

_SOON = 2


class Verifier:
    """Gives verdicts. Thread-safe."""

    def __init__(self, keys: RequestKeys, ocr: OcrClient, mac: Callable[[bytes], str], report: Report) -> None:
        """``mac`` tells claims apart without keeping them; it raises ``AwsError``."""
        self._keys = keys
        self._ocr = ocr
        self._mac = mac
        self._report = report

    def verdict(self, document_id: str, claim: Claim, idempotency_key: str, deadline: float) -> bool:
        """Return whether ``claim`` holds for the card that was read as ``document_id``.

        With the ``idempotency_key`` and the claim of an earlier verdict ("" for none), that verdict is given again.

        Raises
        ------
        Problem
            when there is no verdict; what it says of the Request-Key has been recorded.
        """
        key_hash = hashlib.sha256(idempotency_key.encode()).hexdigest() if idempotency_key else ""
        try:
            held = self._keys.read(document_id)
            if held is None:
                raise Problem("unknown-document", "no card with this documentId can be verified, or not any more")
            if held.id_type != claim["idType"]:
                raise wrong_id_type(held.id_type)
            claim_mac = self._mac(_canonical(document_id, claim)) if key_hash else ""
            given = _given_before(held, key_hash, claim_mac)
            if given is not None:
                return given
            _check_state(held)
            attempt = self._keys.begin(document_id, held, key_hash, claim_mac)
        except AwsError as failure:
            self._report.failed(document_id, None, failure)
            raise Problem("temporarily-unavailable", "nothing was sent; try again", retry_after=LATER) from None
        if attempt is None:
            raise _in_progress(_SOON)
        return self._ask(attempt, claim, deadline)

    def _ask(self, attempt: Attempt, claim: Claim, deadline: float) -> bool:
        try:
            verdict = self._ocr.verify(attempt.request_key, claim, deadline)
        except (OcrError, AwsError) as failure:
            step, problem = consequence(failure, attempt)
            self._report.failed(attempt.document_id, None, failure)
            self._leave(attempt, step)
            raise problem from None
        except Exception as failure:  # noqa: BLE001 - whether the claim was judged is not known
            self._report.failed(attempt.document_id, None, failure)
            self._leave(attempt, "doubt")
            raise Problem("outcome-unknown", "a fault of our own: whether a verdict was given is not known") from None
        self._report.tally.count("Verdict")
        self._leave(attempt, "spend", verdict)
        return verdict

    def _leave(self, attempt: Attempt, step: Step, verdict: bool | None = None) -> None:
        try:
            self._keys.leave(attempt, step, verdict)
        except AwsError as failure:
            # The lease will lapse, and the next attempt will know that this one's end was not recorded.
            self._report.counted("LedgerWriteFailed", str(failure), attempt.document_id)


def _canonical(document_id: str, claim: Claim) -> bytes:
    return msgspec.json.encode([document_id, sorted(claim.items())])


def _given_before(held: Held, key_hash: str, claim_mac: str) -> bool | None:
    if not key_hash or held.idempotency_key != key_hash:
        return None
    if held.claim_mac != claim_mac:
        raise Problem("idempotency-key-reused", "this Idempotency-Key came with another claim before")
    return held.verdict


def _check_state(held: Held) -> None:
    if held.state is State.SENDING:
        raise _in_progress(min(_SOON, held.lease_seconds_left))
    if held.state is State.SPENT:
        by = "a lost attempt spent it, and its verdict is not known" if held.verdict is None else "a verdict was given"
        raise Problem("request-key-spent", f"the card's Request-Key is spent: {by}; upload the card's image again")
    if held.state is State.EXPIRED:
        raise Problem("request-key-expired", "the card's hour for verification is over; upload its image again")
    if held.state is State.LOCKED:
        raise locked()


def _in_progress(seconds: int) -> Problem:
    return Problem("verification-in-progress", "another claim for this card is under way", retry_after=max(seconds, 1))
