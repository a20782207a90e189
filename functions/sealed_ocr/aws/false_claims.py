"""The false claims of each person, counted over all documents (docs/adr/0109).

A person has one item in the table of Request-Keys. Its ``documentId`` is ``guard:`` and the HMAC of the number on the
person's card.

``held``
    A set with an entry for each Request-Key whose claim counts: the time until which it counts (epoch seconds), a
    blank, and a hash of the key. A key gives one verdict, so that all attempts with it have one entry.
``false``
    The entries of ``held`` whose verdict is known to be false. Of the others, the claim is under way, or its end is not
    known.
``busyUntil``
    When the last lease of a claim ends (epoch seconds). Afterwards none is under way.
``lockedUntil``
    Until when the card counts as locked by the authority (epoch seconds).
``expiresAt``
    TTL. What has expired is ignored, because DynamoDB deletes late.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import NamedTuple, Self

from sealed_ocr.aws.errors import ConditionFailed
from sealed_ocr.aws.table import Item, Table, existing_item

DAY_SECONDS = 86_400
# The authority locks a card after five wrong issue dates. The other two are left to claims that we do not know of.
MAX_FALSE_CLAIMS = 3
# AWS refuses requests of a clock that is further off. An operator's may be.
CLOCK_SKEW_SECONDS = 300


def guard_item(person: str) -> str:
    """Return the key of the item of ``person``, which is the HMAC of a number."""
    return f"guard:{person}"


class FalseClaims(NamedTuple):
    """What counts for a person at a time.

    Attributes
    ----------
    false
        Claims whose verdict is false.
    open
        Other claims: each is under way, or its end is not known.
    under_way
        Whether a claim may be under way.
    left
        How many more claims may be sent, if no verdict is true.
    locked_until, counted_until
        Until when the card counts as locked, and the last claim as false (epoch seconds); 0 for not at all.
    """

    false: int
    open: int
    under_way: bool
    left: int
    locked_until: int
    counted_until: int

    @classmethod
    def of(cls, item: Item, now: float, most: int) -> Self:
        """Return what ``item`` counts at the time ``now`` (epoch seconds); ``most`` claims may be false."""
        held = item.get("held", frozenset()) - _expired(item, now)
        false = held & item.get("false", frozenset())
        locked_until = int(item.get("lockedUntil", 0))
        return cls(
            false=len(false),
            open=len(held - false),
            under_way=held != false and int(item.get("busyUntil", 0)) >= now,
            left=0 if locked_until > now else max(most - len(held), 0),
            locked_until=locked_until if locked_until > now else 0,
            counted_until=max(map(_counts_until, held), default=0),
        )


class FalseClaimsTable:
    """Counts false claims. Every method raises ``AwsError`` if DynamoDB fails; whether it wrote is then unknown."""

    def __init__(
        self,
        table: Table,
        days: int,
        lease_seconds: int,
        clock: Callable[[], float] = time.time,
        most: int = MAX_FALSE_CLAIMS,
    ) -> None:
        """Count a claim for ``days`` after the end of its Request-Key, and let ``most`` of them be false.

        ``lease_seconds`` must exceed the time-out of the verify function; ``clock`` returns epoch seconds.
        """
        self._table = table
        self._seconds = days * DAY_SECONDS
        self._lease_seconds = lease_seconds
        self._clock = clock
        self._most = most

    def entry(self, key_hash: str, key_expires_at: int) -> str:
        """Return the entry of the Request-Key with this hash and end. It is the same for each attempt."""
        return f"{key_expires_at + self._seconds} {key_hash}"

    def read(self, person: str) -> FalseClaims:
        """Return what counts for a person."""
        return self._counted(self._table.read(guard_item(person)) or {})

    def reserve(self, person: str, entry: str) -> tuple[bool, FalseClaims]:
        """Count a claim as false before it is sent. Return whether it may be sent, and what counts then.

        One conditional update decides, so that claims that are sent at once cannot exceed the limit.
        """
        now = int(self._clock())
        for _ in range(2):
            try:
                item = self._table.update(
                    guard_item(person),
                    {"busyUntil": now + self._lease_seconds, "expiresAt": _counts_until(entry)},
                    add={"held": frozenset({entry})},
                    # An entry that is there already is that of an earlier attempt with this Request-Key, or our own:
                    # botocore repeats a write whose response was lost.
                    condition="( attribute_not_exists(#lockedUntil) OR #lockedUntil <= :now ) AND "
                    "( attribute_not_exists(#held) OR size(#held) < :most OR contains(#held, :entry) )",
                    given={"now": now, "most": self._most, "entry": entry},
                )
            except ConditionFailed as failure:
                item = existing_item(failure)
                expired = _expired(item, now)
                if not expired:
                    return False, self._counted(item)
                # Everybody sees them as expired, so that nobody can need them.
                self._discard(person, expired, "attribute_exists(#held)", {})
            else:
                return True, self._counted(item)
        return False, self._counted(item)

    def release(self, person: str, entry: str) -> None:
        """Stop counting a claim: it is true, or proven not judged."""
        self._discard(person, frozenset({entry}), "contains(#held, :entry)", {"entry": entry})

    def confirm(self, person: str, entry: str) -> None:
        """Record that the verdict on a claim is false."""
        with contextlib.suppress(ConditionFailed):
            self._table.update(
                guard_item(person),
                {},
                add={"false": frozenset({entry})},
                condition="contains(#held, :entry)",
                given={"entry": entry},
            )

    def lock(self, person: str) -> None:
        """Record that the authority has locked the card."""
        until = int(self._clock()) + self._seconds
        self._table.update(guard_item(person), {"lockedUntil": until, "expiresAt": until})

    def forget(self, person: str) -> bool:
        """Stop counting all claims of a person, for an operator. Return False if a claim may be under way."""
        try:
            self._table.update(
                guard_item(person),
                {},
                remove=("held", "false", "lockedUntil"),
                condition="attribute_exists(#expiresAt) AND ( attribute_not_exists(#busyUntil) OR #busyUntil < :now )",
                given={"now": int(self._clock()) - CLOCK_SKEW_SECONDS},
            )
        except ConditionFailed as failure:
            return not existing_item(failure)
        return True

    def _counted(self, item: Item) -> FalseClaims:
        return FalseClaims.of(item, self._clock(), self._most)

    def _discard(self, person: str, entries: frozenset[str], condition: str, given: Item) -> None:
        # Without the condition, an update would create the item that TTL has deleted.
        with contextlib.suppress(ConditionFailed):
            self._table.update(
                guard_item(person),
                {},
                discard={"held": entries, "false": entries},
                condition=condition,
                given=given,
            )


def _counts_until(entry: str) -> int:
    return int(entry.partition(" ")[0])


def _expired(item: Item, now: float) -> frozenset[str]:
    return frozenset(entry for entry in item.get("held", frozenset()) if _counts_until(entry) <= now)
