"""The ledger: the state of each document, which bounds how often it is paid for (docs/adr/0002).

An item: ``documentId``, ``state``, ``attempts`` (those under way or with an unknown outcome), ``attemptId``,
``leaseUntil`` (epoch seconds), ``outcome`` or ``reason``, ``suspect`` once a function was killed during an attempt,
``freed`` once an operator freed the document: its next attempt is the last, whatever ``attempts`` says;
``history``, the last attempts (see ``attempt_history``); ``updatedAt``, ``expiresAt`` (TTL). ::

    (none), free, unknown ──claim──▶ sending ──finish──▶ done
                                       │ ├──release───▶ free       attempts - 1: proven unbilled
                                       │ ├──doubt─────▶ unknown    it may have been billed
                                       │ └─lease expires▶ sending  the same: the function was killed
    unknown, sending ──after the last attempt──▶ parked
    any but sending before its lease expires ──`ops erase`──▶ erased

Of an erased document the item keeps ``documentId``, ``state`` and the dates alone: a tombstone, so that no late
delivery is paid for.
"""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Callable
from enum import Enum

import msgspec

from sealed_ocr.aws.attempt_history import Attempt, Deferral, shortened
from sealed_ocr.aws.errors import ConditionFailed
from sealed_ocr.aws.table import Item, Table, existing_item
from sealed_ocr.common.attempt_end import AttemptEnd
from sealed_ocr.common.document_state import DocumentState

RETENTION_SECONDS = 30 * 86_400

_ATTEMPTS_LEFT = "#attempts < :most AND attribute_not_exists(#freed)"
_FREE = f"attribute_not_exists(#documentId) OR #state = :free OR ( #state = :unknown AND {_ATTEMPTS_LEFT} )"
LEASE_EXPIRED = "( #state = :sending AND #leaseUntil < :now )"


class ClaimRefusal(Enum):
    """Why a document cannot be claimed."""

    DONE = "done"
    PARKED = "parked"
    ERASED = "erased"
    BUSY = "busy"
    LEASE_EXPIRED = "lease expired"
    QUARANTINED = "quarantined"
    ATTEMPTS_EXHAUSTED = "attempts exhausted"
    FORGOTTEN = "forgotten"


class Claimed(msgspec.Struct, frozen=True):
    """The attempt owns the document until the lease ends. ``last`` if no further attempt would be allowed.

    ``attempt`` is its entry in the document's history, and ``earlier`` holds the entries before it.
    """

    document_id: str
    attempt_id: str
    last: bool
    attempt: Attempt
    earlier: list[str]


class Refused(msgspec.Struct, frozen=True):
    """The document must not be sent. A busy one becomes free after ``wait_seconds`` at the latest.

    ``last_killed`` if the function was killed during the last attempt.
    """

    refusal: ClaimRefusal
    wait_seconds: int = 0
    last_killed: bool = False


class Ledger:
    """Claims documents and records how attempts end.

    Every step is a conditional update, so two functions never both own a document. Every method raises ``AwsError`` if
    DynamoDB fails, and its subclass ``ConditionFailed`` if the attempt has outlived its lease and another has begun.
    """

    def __init__(
        self, table: Table, lease_seconds: int, max_unknown_attempts: int, clock: Callable[[], float] = time.time
    ) -> None:
        """``lease_seconds`` must exceed the time-out of the function; ``clock`` returns epoch seconds."""
        self._table = table
        self._lease_seconds = lease_seconds
        self._max_attempts = max_unknown_attempts
        self._clock = clock
        self._request_id = ""

    def begin_invocation(self, request_id: str) -> None:
        """Name the invocation whose attempts follow. A process has one at a time."""
        self._request_id = request_id

    def claim(
        self, document_id: str, *, take_over: bool = False, was_parked: bool = False, created_at: float = math.inf
    ) -> Claimed | Refused:
        """Claim a document for one attempt, before anything is sent.

        A document whose lease expired can be claimed only with ``take_over``: the function that held it was killed,
        perhaps by this document. From then on it can be claimed only with ``take_over``, so that it runs alone.

        With ``was_parked`` the delivery is the dead letter of a parked document; ``created_at`` is when the image was
        uploaded (epoch seconds). A document without an item is refused if it was parked or uploaded before the oldest
        item that is kept: its own item may have expired, and its attempts with it.
        """
        now = self._now()
        attempt_id = uuid.uuid4().hex
        attempt = Attempt.begin(attempt_id, self._request_id, now)
        lease: Item = {
            "state": DocumentState.SENDING,
            "attemptId": attempt_id,
            "leaseUntil": now + self._lease_seconds,
        }
        given: Item = {"free": DocumentState.FREE, "unknown": DocumentState.UNKNOWN, "most": self._max_attempts}
        if take_over:
            given |= {"sending": DocumentState.SENDING, "now": now}
            lease["suspect"] = True
            condition = f"{_FREE} OR ( {LEASE_EXPIRED} AND {_ATTEMPTS_LEFT} )"
        else:
            condition = f"attribute_not_exists(#suspect) AND ( {_FREE} )"
        if was_parked or created_at < now - RETENTION_SECONDS:
            condition = f"attribute_exists(#documentId) AND ( {condition} )"
        try:
            item = self._table.update(
                document_id,
                lease | _dates(now),
                add={"attempts": 1},
                append={"history": attempt.encode()},
                remove=("reason",),
                condition=condition,
                given=given,
            )
        except ConditionFailed as failure:
            item = existing_item(failure)
            # botocore repeats a write whose response was lost. The condition then fails on our own write.
            if item.get("attemptId") != attempt_id:
                return self._refused(item, now, was_parked=was_parked)
        return Claimed(document_id, attempt_id, self._is_exhausted(item), attempt, item.get("history", [])[:-1])

    def finish(self, claimed: Claimed, outcome: str, *, may_be_billed: bool = True, code: str = "") -> None:
        """Record that the message of the document was sent. ``outcome`` is ``analyzed`` or ``rejected``.

        ``code`` is that of the rejection.
        """
        ended = claimed.attempt.ended(AttemptEnd(outcome), self._now(), may_be_billed=may_be_billed, fault=code)
        self._end(claimed, {"state": DocumentState.DONE, "outcome": outcome}, ended)

    def release(self, claimed: Claimed, reason: str, deferral: Deferral | None = None) -> None:
        """Free the document: it is proven that nothing was billed. ``reason`` is an error name, never a value."""
        ended = claimed.attempt.ended(
            AttemptEnd.UNBILLED, self._now(), may_be_billed=False, fault=reason, deferral=deferral
        )
        self._end(claimed, {"state": DocumentState.FREE, "reason": reason}, ended, attempts=-1)

    def doubt(self, claimed: Claimed, reason: str, deferral: Deferral | None = None) -> None:
        """Record that the outcome of the attempt is unknown and that it may have been billed."""
        ended = claimed.attempt.ended(
            AttemptEnd.UNKNOWN, self._now(), may_be_billed=True, fault=reason, deferral=deferral
        )
        self._end(claimed, {"state": DocumentState.UNKNOWN, "reason": reason}, ended)

    def park(self, document_id: str, reason: str) -> None:
        """Record that the document is in the dead-letter queue and must not be sent again.

        This also renews the item of a document that is parked already, so that it outlives the dead letter.

        Raises
        ------
        ConditionFailed
            If the document is done, free, erased, or being sent: an operator freed or erased it meanwhile.
        """
        now = self._now()
        self._table.update(
            document_id,
            {"state": DocumentState.PARKED, "reason": reason} | _dates(now),
            remove=("leaseUntil",),
            condition=f"attribute_not_exists(#documentId) OR #state IN ( :unknown , :parked ) OR {LEASE_EXPIRED}",
            given={
                "unknown": DocumentState.UNKNOWN,
                "parked": DocumentState.PARKED,
                "sending": DocumentState.SENDING,
                "now": now,
            },
        )

    def _end(self, claimed: Claimed, changes: Item, ended: Attempt, attempts: int = 0) -> None:
        # While the condition holds, nobody else has changed the history: it can be written as a whole, and shortened.
        history = shortened([*claimed.earlier, ended.encode()])
        try:
            self._table.update(
                claimed.document_id,
                changes | {"history": history} | _dates(self._now()),
                add={"attempts": attempts},
                remove=("leaseUntil",),
                condition="#attemptId = :me AND #state = :sending",
                given={"me": claimed.attempt_id, "sending": DocumentState.SENDING},
            )
        except ConditionFailed as failure:
            item = existing_item(failure)
            if item.get("attemptId") != claimed.attempt_id or item.get("state") != changes["state"]:
                raise

    def _now(self) -> int:
        return int(self._clock())

    def _is_exhausted(self, item: Item) -> bool:
        return int(item.get("attempts", 0)) >= self._max_attempts or bool(item.get("freed"))

    def _refused(self, item: Item, now: int, *, was_parked: bool) -> Refused:
        if not item:
            # Consumers were told when it was parked, so its dead letter is only put back.
            return Refused(ClaimRefusal.PARKED if was_parked else ClaimRefusal.FORGOTTEN)
        state, lease = item.get("state"), int(item.get("leaseUntil", 0))
        if state in {DocumentState.DONE, DocumentState.PARKED, DocumentState.ERASED}:
            return Refused(ClaimRefusal(state))
        if state == DocumentState.SENDING and lease >= now:
            return Refused(ClaimRefusal.BUSY, lease - now + 1)
        if state != DocumentState.FREE and self._is_exhausted(item):
            return Refused(ClaimRefusal.ATTEMPTS_EXHAUSTED, last_killed=state == DocumentState.SENDING)
        return Refused(ClaimRefusal.LEASE_EXPIRED if state == DocumentState.SENDING else ClaimRefusal.QUARANTINED)


def _dates(now: int) -> Item:
    return {"updatedAt": now, "expiresAt": now + RETENTION_SECONDS}
