"""The ledger: what has become of each document, so that none is paid for again and again (design, decision 3).

An item: ``documentId``, ``state``, ``attempts`` (those under way or of unknown end), ``attemptId``, ``leaseUntil``
(epoch seconds), ``outcome`` or ``reason``, ``suspect`` once an attempt's function was killed, ``updatedAt``,
``expiresAt`` (TTL). ::

    (none), free, unknown ──claim──▶ sending ──finish──▶ done
                                       │ ├────release──▶ free       attempts - 1: proven unbilled
                                       │ ├─────doubt───▶ unknown    it may have been billed
                                       │ └lease lapses─▶ sending    the same: its function was killed
    unknown, sending ──after the last attempt──▶ parked
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from enum import Enum

import msgspec

from sealed_ocr.aws.errors import ConditionFailed
from sealed_ocr.aws.table import Item, Table, met

KEPT_SECONDS = 30 * 86_400

_FREE = "attribute_not_exists(#documentId) OR #state = :free OR ( #state = :unknown AND #attempts < :most )"
_LAPSED = "( #state = :sending AND #leaseUntil < :now AND #attempts < :most )"


class Standing(Enum):
    """Why a document can't be claimed."""

    DONE = "done"
    PARKED = "parked"
    BUSY = "busy"
    LAPSED = "lapsed"
    SUSPECT = "suspect"
    EXHAUSTED = "exhausted"


class Claimed(msgspec.Struct, frozen=True):
    """The document is this attempt's until the lease ends; ``last`` when no further attempt would be allowed."""

    document_id: str
    attempt_id: str
    last: bool


class Refused(msgspec.Struct, frozen=True):
    """The document is not to be called for; a busy one comes free in ``wait_seconds`` at the latest."""

    standing: Standing
    wait_seconds: int = 0


class Ledger:
    """Every step is a conditional update, so two functions never both believe that a document is theirs.

    Every method raises ``AwsError`` when DynamoDB fails for good; ``ConditionFailed``, a kind of it, when the attempt
    has outlived its lease and another has taken over.
    """

    def __init__(
        self, table: Table, lease_seconds: int, max_unknown_attempts: int, clock: Callable[[], float] = time.time
    ) -> None:
        """``lease_seconds`` must be longer than a function can live; ``clock`` gives epoch seconds."""
        self._table = table
        self._lease_seconds = lease_seconds
        self._max_attempts = max_unknown_attempts
        self._clock = clock

    def claim(self, document_id: str, *, take_over: bool = False) -> Claimed | Refused:
        """Claim a document for one attempt, before anything is sent.

        A lapsed lease is only taken over with ``take_over``: whoever held it was killed, perhaps by this document. Nor
        is the document ever claimed without it again, however its next attempts end: a suspect runs alone.
        """
        now = int(self._clock())
        attempt_id = uuid.uuid4().hex
        lease: Item = {"state": "sending", "attemptId": attempt_id, "leaseUntil": now + self._lease_seconds}
        given: Item = {"free": "free", "unknown": "unknown", "most": self._max_attempts}
        if take_over:
            given |= {"sending": "sending", "now": now}
            lease["suspect"] = True
        try:
            item = self._table.update(
                document_id,
                lease | _dates(now),
                add={"attempts": 1},
                remove=("reason",),
                condition=f"{_FREE} OR {_LAPSED}" if take_over else f"attribute_not_exists(#suspect) AND ( {_FREE} )",
                given=given,
            )
        except ConditionFailed as failure:
            item = met(failure)
            # botocore repeats a write whose answer was lost, and then meets what it wrote.
            if item.get("attemptId") != attempt_id:
                return self._refused(item, now)
        return Claimed(document_id, attempt_id, last=int(item["attempts"]) >= self._max_attempts)

    def finish(self, claimed: Claimed, outcome: str) -> None:
        """Record that the document's message is out. ``outcome`` is ``analyzed`` or ``rejected``."""
        self._leave(claimed, {"state": "done", "outcome": outcome})

    def release(self, claimed: Claimed, reason: str) -> None:
        """Give the document back: it is proven that nothing was billed. ``reason`` is a word, never a value."""
        self._leave(claimed, {"state": "free", "reason": reason}, attempts=-1)

    def doubt(self, claimed: Claimed, reason: str) -> None:
        """Record that the attempt may have been billed and its end is not known."""
        self._leave(claimed, {"state": "unknown", "reason": reason})

    def park(self, document_id: str, reason: str) -> None:
        """Record that the document lies in the dead-letter queue and is not to be called for again."""
        now = int(self._clock())
        self._table.update(document_id, {"state": "parked", "reason": reason} | _dates(now), remove=("leaseUntil",))

    def _leave(self, claimed: Claimed, changes: Item, attempts: int = 0) -> None:
        try:
            self._table.update(
                claimed.document_id,
                changes | _dates(int(self._clock())),
                add={"attempts": attempts},
                remove=("leaseUntil",),
                condition="#attemptId = :me AND #state = :sending",
                given={"me": claimed.attempt_id, "sending": "sending"},
            )
        except ConditionFailed as failure:
            item = met(failure)
            if item.get("attemptId") != claimed.attempt_id or item.get("state") != changes["state"]:
                raise

    def _refused(self, item: Item, now: int) -> Refused:
        state, lease = item.get("state"), int(item.get("leaseUntil", 0))
        if state in {"done", "parked"}:
            return Refused(Standing(state))
        if state == "sending" and lease >= now:
            return Refused(Standing.BUSY, lease - now + 1)
        if state != "free" and int(item.get("attempts", 0)) >= self._max_attempts:
            return Refused(Standing.EXHAUSTED)
        return Refused(Standing.LAPSED if state == "sending" else Standing.SUSPECT)


def _dates(now: int) -> Item:
    return {"updatedAt": now, "expiresAt": now + KEPT_SECONDS}
