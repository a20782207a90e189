"""A Request-Key as it was read from its item, and an attempt that has taken it.

An item: ``documentId``, ``state``, ``requestKey``, ``keyHash`` (its SHA-256, which stays when the key is deleted),
``idType``, ``keyExpiresAt`` and ``expiresAt`` (TTL; both in epoch seconds). From the first attempt on: ``attemptId``,
``invocationId``, ``leaseUntil``, ``idempotencyKey``, ``claimMac`` (only compared), ``doubted`` once the outcome of an
attempt was unknown, ``verdict``; with the lock guard ``person``, the code of the number in the last claim.
"""

from __future__ import annotations

from typing import Self

from sealed_ocr.aws.request_key_states import CLAIMABLE_STATES, RequestKeyState
from sealed_ocr.aws.table import Item
from sealed_ocr.common.redaction import Redacted


class StoredRequestKey(Redacted, frozen=True):
    """A Request-Key as it was read. ``state`` takes the expired lease and the expired key into account."""

    state: RequestKeyState
    id_type: str
    key_hash: str
    expires_at: int
    lease_seconds_left: int
    idempotency_key: str
    claim_mac: str
    invocation_id: str
    verdict: bool | None
    doubted: bool
    person: str
    item: Item

    @classmethod
    def of(cls, item: Item, now: int) -> Self:
        """Return the Request-Key of ``item`` at the time ``now`` (epoch seconds)."""
        state, lease = RequestKeyState(str(item["state"])), int(item.get("leaseUntil", 0))
        if state is RequestKeyState.SENDING and lease < now:
            state = RequestKeyState.UNKNOWN
        if state in CLAIMABLE_STATES and now >= int(item["keyExpiresAt"]):
            state = RequestKeyState.EXPIRED
        return cls(
            state=state,
            id_type=str(item["idType"]),
            key_hash=str(item["keyHash"]),
            expires_at=int(item["keyExpiresAt"]),
            lease_seconds_left=max(lease - now, 0),
            idempotency_key=str(item.get("idempotencyKey", "")),
            claim_mac=str(item.get("claimMac", "")),
            invocation_id=str(item.get("invocationId", "")),
            verdict=bool(item["verdict"]) if "verdict" in item else None,
            doubted=bool(item.get("doubted")) or state is RequestKeyState.UNKNOWN,
            person=str(item.get("person", "")),
            item=item,
        )

    def unchanged(self) -> tuple[str, Item]:
        """Return the condition that the item is still as it was read, and the values of the condition."""
        given: Item = {"state": self.item["state"], "requestKey": self.item["requestKey"]}
        condition = "#state = :state AND #requestKey = :requestKey AND "
        if "attemptId" not in self.item:
            return condition + "attribute_not_exists(#attemptId)", given
        return condition + "#attemptId = :attemptId", given | {"attemptId": self.item["attemptId"]}


class VerificationAttempt(Redacted, frozen=True):
    """A claim under way.

    ``key_expires_at`` is in epoch seconds. ``doubted`` if an earlier one may have spent the key. ``person`` is, for the
    lock guard, the code of the number in the claim.
    """

    document_id: str
    attempt_id: str
    request_key: str
    key_expires_at: int
    doubted: bool
    person: str
