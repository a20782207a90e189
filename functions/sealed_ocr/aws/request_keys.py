"""Request-Keys: one for each card, valid for an hour, good for one verdict (guide, "Verify Authenticity API").

An item: ``documentId``, ``state``, ``requestKey``, ``idType``, ``keyExpiresAt`` (epoch seconds), ``expiresAt`` (TTL, a
day later, so that callers still learn that the key expired). From the first attempt on: ``attemptId``, ``leaseUntil``,
``idempotencyKey``, ``claimMac`` (only compared), ``doubted`` once the outcome of an attempt was unknown, ``verdict``.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

from sealed_ocr.aws.errors import ConditionFailed
from sealed_ocr.aws.request_key_states import (
    CLAIMABLE_STATES,
    STATE_AFTER,
    STEPS_THAT_DELETE_KEY,
    RequestKeyState,
    Step,
)
from sealed_ocr.aws.table import Item, Table, existing_item
from sealed_ocr.common.redaction import Redacted

# The hour of the service starts when it issues the key, which is after the start of our request.
VALID_SECONDS = 3600
MARGIN_SECONDS = 60
RETENTION_SECONDS = 86_400


def key_expires_at(requested_at: float) -> int:
    """Return when (epoch seconds) the key of an analysis that was requested at ``requested_at`` expires for us."""
    return int(requested_at) + VALID_SECONDS - MARGIN_SECONDS


class StoredRequestKey(Redacted, frozen=True):
    """A Request-Key as it was read."""

    state: RequestKeyState
    id_type: str
    lease_seconds_left: int
    idempotency_key: str
    claim_mac: str
    verdict: bool | None
    doubted: bool
    item: Item


class VerificationAttempt(Redacted, frozen=True):
    """A claim under way. ``doubted`` if an earlier one may have spent the key."""

    document_id: str
    attempt_id: str
    request_key: str
    doubted: bool


class RequestKeys:
    """The table of Request-Keys. Every method raises ``AwsError`` if DynamoDB fails."""

    def __init__(self, table: Table, lease_seconds: int, clock: Callable[[], float] = time.time) -> None:
        """``lease_seconds`` must exceed the time-out of the verify function; ``clock`` returns epoch seconds."""
        self._table = table
        self._lease_seconds = lease_seconds
        self._clock = clock

    def offer(self, document_id: str, request_key: str, id_type: str, expires_at: int) -> bool:
        """Store the Request-Key of a card. Return False if a verdict for the card is under way or was given.

        A claim whose lease expired is not under way: its function was killed, and its key may be spent.
        """
        changes: Item = {
            "state": RequestKeyState.AVAILABLE,
            "requestKey": request_key,
            "idType": id_type,
            "keyExpiresAt": expires_at,
            "expiresAt": expires_at + RETENTION_SECONDS,
        }
        try:
            self._table.update(
                document_id,
                changes,
                remove=("attemptId", "leaseUntil", "idempotencyKey", "claimMac", "doubted", "verdict"),
                condition="attribute_not_exists(#documentId) OR NOT #state IN ( :sending , :spent ) "
                "OR ( #state = :sending AND #leaseUntil < :now )",
                given={
                    "sending": RequestKeyState.SENDING,
                    "spent": RequestKeyState.SPENT,
                    "now": int(self._clock()),
                },
            )
        except ConditionFailed:
            return False
        return True

    def read(self, document_id: str) -> StoredRequestKey | None:
        """Return the Request-Key of the document, or None if it never had one or it was deleted."""
        item = self._table.read(document_id)
        if item is None:
            return None
        now = int(self._clock())
        state, lease = RequestKeyState(str(item["state"])), int(item.get("leaseUntil", 0))
        if state is RequestKeyState.SENDING and lease < now:
            state = RequestKeyState.UNKNOWN
        if state in CLAIMABLE_STATES and now >= int(item["keyExpiresAt"]):
            state = RequestKeyState.EXPIRED
        return StoredRequestKey(
            state=state,
            id_type=str(item["idType"]),
            lease_seconds_left=max(lease - now, 0),
            idempotency_key=str(item.get("idempotencyKey", "")),
            claim_mac=str(item.get("claimMac", "")),
            verdict=bool(item["verdict"]) if "verdict" in item else None,
            doubted=bool(item.get("doubted")) or state is RequestKeyState.UNKNOWN,
            item=item,
        )

    def begin(
        self, document_id: str, stored: StoredRequestKey, idempotency_key: str, claim_mac: str
    ) -> VerificationAttempt | None:
        """Take the key for one attempt. Return None if it has changed since it was read, or no claim may be sent."""
        if stored.state not in CLAIMABLE_STATES:
            return None
        attempt_id = uuid.uuid4().hex
        changes: Item = {
            "state": RequestKeyState.SENDING,
            "attemptId": attempt_id,
            "leaseUntil": int(self._clock()) + self._lease_seconds,
            "idempotencyKey": idempotency_key,
            "claimMac": claim_mac,
            "doubted": stored.doubted,
        }
        given: Item = {"state": stored.item["state"], "requestKey": stored.item["requestKey"]}
        condition = "#state = :state AND #requestKey = :requestKey AND "
        if "attemptId" in stored.item:
            condition += "#attemptId = :attemptId"
            given["attemptId"] = stored.item["attemptId"]
        else:
            condition += "attribute_not_exists(#attemptId)"
        try:
            self._table.update(document_id, changes, condition=condition, given=given)
        except ConditionFailed as failure:
            # botocore repeats a write whose response was lost. The condition then fails on our own write.
            if existing_item(failure).get("attemptId") != attempt_id:
                return None
        return VerificationAttempt(document_id, attempt_id, str(stored.item["requestKey"]), stored.doubted)

    def end(self, attempt: VerificationAttempt, step: Step, verdict: bool | None = None) -> None:
        """End an attempt with a step of the table. ``verdict`` belongs to ``spend``.

        Raises
        ------
        ConditionFailed
            If the attempt has outlived its lease and another has begun.
        """
        changes: Item = {"state": STATE_AFTER[step], "doubted": attempt.doubted or step == "doubt"}
        if verdict is not None:
            changes["verdict"] = verdict
        try:
            self._table.update(
                attempt.document_id,
                changes,
                remove=("leaseUntil", *(("requestKey",) if step in STEPS_THAT_DELETE_KEY else ())),
                condition="#attemptId = :me AND #state = :sending",
                given={"me": attempt.attempt_id, "sending": RequestKeyState.SENDING},
            )
        except ConditionFailed as failure:
            item = existing_item(failure)
            if item.get("attemptId") != attempt.attempt_id or item.get("state") != changes["state"]:
                raise
