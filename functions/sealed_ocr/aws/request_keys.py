"""Request-Keys: one for a card, valid for an hour, good for one verdict (guide, "Verify Authenticity API").

An item: ``documentId``, ``state``, ``requestKey``, ``idType``, ``keyExpiresAt`` (epoch seconds), ``expiresAt`` (TTL, a
day later, so that "expired" can still be said). From the first attempt on: ``attemptId``, ``leaseUntil``,
``idempotencyKey`` and ``claimMac`` (only ever compared), ``doubted`` once an attempt's end was not known, ``verdict``.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

from sealed_ocr.aws.errors import ConditionFailed
from sealed_ocr.aws.request_key_states import BEGINS_FROM, KEY_GOES, LEAVES_TO, State, Step
from sealed_ocr.aws.table import Item, Table, met
from sealed_ocr.common.redaction import Quiet

# The service counts its hour from when it issued the key, which lies after our request's start.
VALID_SECONDS = 3600
MARGIN_SECONDS = 60
KEPT_AFTER_SECONDS = 86_400


def key_expires_at(requested_at: float) -> int:
    """Return until when (epoch seconds) a key is used whose analysis was requested at ``requested_at``."""
    return int(requested_at) + VALID_SECONDS - MARGIN_SECONDS


class Held(Quiet, frozen=True):
    """A Request-Key as it stands at the moment of reading."""

    state: State
    id_type: str
    lease_seconds_left: int
    idempotency_key: str
    claim_mac: str
    verdict: bool | None
    doubted: bool
    item: Item


class Attempt(Quiet, frozen=True):
    """A claim under way; ``doubted`` when an earlier one may have spent the key."""

    document_id: str
    attempt_id: str
    request_key: str
    doubted: bool


class RequestKeys:
    """The table of Request-Keys. Every method raises ``AwsError`` when DynamoDB fails for good."""

    def __init__(self, table: Table, lease_seconds: int, clock: Callable[[], float] = time.time) -> None:
        """``lease_seconds`` must be longer than the verify function can live; ``clock`` gives epoch seconds."""
        self._table = table
        self._lease_seconds = lease_seconds
        self._clock = clock

    def offer(self, document_id: str, request_key: str, id_type: str, expires_at: int) -> bool:
        """Keep a card's Request-Key; False when a verdict for the card is under way or was given."""
        changes: Item = {
            "state": State.AVAILABLE,
            "requestKey": request_key,
            "idType": id_type,
            "keyExpiresAt": expires_at,
            "expiresAt": expires_at + KEPT_AFTER_SECONDS,
        }
        try:
            self._table.update(
                document_id,
                changes,
                remove=("attemptId", "leaseUntil", "idempotencyKey", "claimMac", "doubted", "verdict"),
                condition="attribute_not_exists(#documentId) OR NOT #state IN ( :sending , :spent )",
                given={"sending": State.SENDING, "spent": State.SPENT},
            )
        except ConditionFailed:
            return False
        return True

    def read(self, document_id: str) -> Held | None:
        """Return where the document's Request-Key stands now; None when it never had one, or long ago."""
        item = self._table.read(document_id)
        if item is None:
            return None
        now = int(self._clock())
        state, lease = State(str(item["state"])), int(item.get("leaseUntil", 0))
        if state is State.SENDING and lease < now:
            state = State.UNKNOWN
        if state in BEGINS_FROM and now >= int(item["keyExpiresAt"]):
            state = State.EXPIRED
        return Held(
            state=state,
            id_type=str(item["idType"]),
            lease_seconds_left=max(lease - now, 0),
            idempotency_key=str(item.get("idempotencyKey", "")),
            claim_mac=str(item.get("claimMac", "")),
            verdict=bool(item["verdict"]) if "verdict" in item else None,
            doubted=bool(item.get("doubted")) or state is State.UNKNOWN,
            item=item,
        )

    def begin(self, document_id: str, held: Held, idempotency_key: str, claim_mac: str) -> Attempt | None:
        """Take the key for one attempt; None when it no longer stands as ``held`` was read, or no claim may go out."""
        if held.state not in BEGINS_FROM:
            return None
        attempt_id = uuid.uuid4().hex
        changes: Item = {
            "state": State.SENDING,
            "attemptId": attempt_id,
            "leaseUntil": int(self._clock()) + self._lease_seconds,
            "idempotencyKey": idempotency_key,
            "claimMac": claim_mac,
            "doubted": held.doubted,
        }
        given: Item = {"state": held.item["state"], "requestKey": held.item["requestKey"]}
        condition = "#state = :state AND #requestKey = :requestKey AND "
        if "attemptId" in held.item:
            condition += "#attemptId = :attemptId"
            given["attemptId"] = held.item["attemptId"]
        else:
            condition += "attribute_not_exists(#attemptId)"
        try:
            self._table.update(document_id, changes, condition=condition, given=given)
        except ConditionFailed as failure:
            # botocore repeats a write whose answer was lost, and then meets what it wrote.
            if met(failure).get("attemptId") != attempt_id:
                return None
        return Attempt(document_id, attempt_id, str(held.item["requestKey"]), held.doubted)

    def leave(self, attempt: Attempt, step: Step, verdict: bool | None = None) -> None:
        """End an attempt by ``step`` of the table; ``verdict`` goes with ``spend``.

        Raises
        ------
        ConditionFailed
            when the attempt has outlived its lease and another has begun.
        """
        changes: Item = {"state": LEAVES_TO[step], "doubted": attempt.doubted or step == "doubt"}
        if verdict is not None:
            changes["verdict"] = verdict
        try:
            self._table.update(
                attempt.document_id,
                changes,
                remove=("leaseUntil", *(("requestKey",) if step in KEY_GOES else ())),
                condition="#attemptId = :me AND #state = :sending",
                given={"me": attempt.attempt_id, "sending": State.SENDING},
            )
        except ConditionFailed as failure:
            item = met(failure)
            if item.get("attemptId") != attempt.attempt_id or item.get("state") != changes["state"]:
                raise
