"""Request-Keys: one for each card, valid for an hour, good for one verdict (guide, "Verify Authenticity API").

While an item holds a key, its TTL is the end of the key, or of the lease of a later claim. An item whose key is deleted
stays for another day: a verdict can be repeated, and no other offer replaces it.
"""

from __future__ import annotations

import contextlib
import hashlib
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
from sealed_ocr.aws.stored_request_key import StoredRequestKey, VerificationAttempt
from sealed_ocr.aws.table import Item, Table, existing_item

# The hour of the service starts when it issues the key, which is after the start of our request.
VALID_SECONDS = 3600
MARGIN_SECONDS = 60
# How long an item stays after its key was deleted.
RETENTION_SECONDS = 86_400


def key_expires_at(requested_at: float) -> int:
    """Return when (epoch seconds) the key of an analysis that was requested at ``requested_at`` expires for us."""
    return int(requested_at) + VALID_SECONDS - MARGIN_SECONDS


def key_hash(request_key: str) -> str:
    """Return the hash by which two offers of one Request-Key are recognised."""
    return hashlib.sha256(request_key.encode()).hexdigest()


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
        hashed = key_hash(request_key)
        changes: Item = {
            "state": RequestKeyState.AVAILABLE,
            "requestKey": request_key,
            "keyHash": hashed,
            "idType": id_type,
            "keyExpiresAt": expires_at,
            "expiresAt": expires_at,
        }
        try:
            self._table.update(
                document_id,
                changes,
                remove=("attemptId", "invocationId", "leaseUntil", "idempotencyKey", "claimMac", "doubted", "verdict"),
                condition="NOT #keyHash = :keyHash AND ( NOT #state IN ( :sending , :spent ) "
                "OR ( #state = :sending AND #leaseUntil < :now ) )",
                given={
                    "keyHash": hashed,
                    "sending": RequestKeyState.SENDING,
                    "spent": RequestKeyState.SPENT,
                    "now": int(self._clock()),
                },
            )
        except ConditionFailed as failure:
            # botocore repeats a write whose response was lost. A claim may have been sent since the first one.
            return existing_item(failure).get("keyHash") == hashed
        return True

    def read(self, document_id: str) -> StoredRequestKey | None:
        """Return the Request-Key of the document, or None if it never had one or it was deleted."""
        item = self._table.read(document_id)
        if item is None:
            return None
        return StoredRequestKey.of(item, int(self._clock()))

    def begin(
        self,
        document_id: str,
        stored: StoredRequestKey,
        idempotency_key: str,
        claim_mac: str,
        invocation_id: str,
        person: str = "",
    ) -> VerificationAttempt | None:
        """Take the key for one attempt. Return None if it has changed since it was read, or no claim may be sent.

        ``person`` is the code of the number in the claim, or "" without a lock guard.
        """
        if stored.state not in CLAIMABLE_STATES:
            return None
        # Not the invocation's own id: two deliveries of one asynchronous event have the same.
        attempt_id = uuid.uuid4().hex
        lease_until = int(self._clock()) + self._lease_seconds
        changes: Item = {
            "state": RequestKeyState.SENDING,
            "attemptId": attempt_id,
            "invocationId": invocation_id,
            "leaseUntil": lease_until,
            "expiresAt": max(int(stored.item["keyExpiresAt"]), lease_until),
            "idempotencyKey": idempotency_key,
            "claimMac": claim_mac,
            "doubted": stored.doubted,
            **({"person": person} if person else {}),
        }
        condition, given = stored.unchanged()
        try:
            self._table.update(document_id, changes, condition=condition, given=given)
        except ConditionFailed as failure:
            # botocore repeats a write whose response was lost. The condition then fails on our own write.
            if existing_item(failure).get("attemptId") != attempt_id:
                return None
        request_key, expires_at = str(stored.item["requestKey"]), int(stored.item["keyExpiresAt"])
        return VerificationAttempt(document_id, attempt_id, request_key, expires_at, stored.doubted, person)

    def forget(self, document_id: str, stored: StoredRequestKey) -> None:
        """Delete a key that was found expired. TTL may take days; a key that has changed since it was read stays."""
        if stored.state is not RequestKeyState.EXPIRED or "requestKey" not in stored.item:
            return
        condition, given = stored.unchanged()
        with contextlib.suppress(ConditionFailed):
            self._table.update(
                document_id,
                {"state": RequestKeyState.EXPIRED},
                remove=("requestKey", "leaseUntil"),
                condition=condition,
                given=given,
            )

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
        remove: tuple[str, ...] = ("leaseUntil",)
        if step in STEPS_THAT_DELETE_KEY:
            changes["expiresAt"] = int(self._clock()) + RETENTION_SECONDS
            remove += ("requestKey",)
        try:
            self._table.update(
                attempt.document_id,
                changes,
                remove=remove,
                condition="#attemptId = :me AND #state = :sending",
                given={"me": attempt.attempt_id, "sending": RequestKeyState.SENDING},
            )
        except ConditionFailed as failure:
            item = existing_item(failure)
            if item.get("attemptId") != attempt.attempt_id or item.get("state") != changes["state"]:
                raise
