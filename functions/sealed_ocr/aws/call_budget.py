"""A ceiling on the calls of an hour and of a day, which all instances share.

Each hour and each day (UTC) has an item in the table of the ledger: ``documentId`` (``calls:2026-11-26T08``,
``calls:2026-11-26``), ``reserved`` (calls), ``expiresAt`` (TTL). An instance reserves calls in blocks, so that the item
is written less often than documents are analyzed, and returns what an invocation did not use. Every uncertainty counts
as a call that was made: a block of a killed function stays reserved, and a lost answer never returns calls twice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from sealed_ocr.aws.errors import ConditionFailed
from sealed_ocr.aws.table import Table

HOUR_SECONDS = 3600
DAY_SECONDS = 86_400
_KEPT_SECONDS = 2 * DAY_SECONDS


class Window(msgspec.Struct, frozen=True):
    """A period of ``seconds`` that begins with the epoch, and the most calls in it."""

    seconds: int
    ceiling: int

    def item(self, now: float) -> str:
        """Return the key of the period's item."""
        start = datetime.fromtimestamp(now // self.seconds * self.seconds, UTC)
        return f"calls:{start:%Y-%m-%dT%H}" if self.seconds == HOUR_SECONDS else f"calls:{start:%Y-%m-%d}"

    def seconds_left(self, now: float) -> int:
        """Return the seconds until the next period begins, at least 1."""
        return int(self.seconds - now % self.seconds) + 1


def windows(per_hour: int, per_day: int) -> tuple[Window, ...]:
    """Return the windows that have a ceiling; 0 means none."""
    given = (Window(HOUR_SECONDS, per_hour), Window(DAY_SECONDS, per_day))
    return tuple(window for window in given if window.ceiling)


class CallBudget:
    """Hands out calls. Thread-safe."""

    def __init__(
        self,
        table: Table,
        unrepeated: Table,
        limits: tuple[Window, ...],
        block: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Reserve up to ``block`` calls at once.

        ``unrepeated`` is the same table through a client that repeats no request: a repeated return would return the
        calls twice. ``clock`` returns epoch seconds.
        """
        self._table = table
        self._unrepeated = unrepeated
        self._limits = limits
        self._block = block
        self._clock = clock
        self._lock = threading.Lock()
        # Calls that are reserved and not used yet, by the items of their periods.
        self._held: dict[tuple[str, ...], int] = {}
        # The items of the periods that had no calls left when this invocation asked.
        self._exhausted: tuple[str, ...] = ()
        self._wait_seconds = 0
        self._used_percent = 0.0

    def take(self) -> int:
        """Take one call. Return 0, or the seconds until there may be one again.

        Raises
        ------
        AwsError
            If DynamoDB fails. No call was taken then.
        """
        if not self._limits:
            return 0
        with self._lock:
            now = self._clock()
            items = self._items(now)
            if not self._held.get(items):
                # Asked once for an invocation: at the ceiling every document asks, and all of them the same item.
                if items != self._exhausted:
                    self._wait_seconds = self._reserve(items, now)
                    self._exhausted = items if self._wait_seconds else ()
                if self._wait_seconds:
                    self._used_percent = 100.0
                    return self._wait_seconds
            self._held[items] -= 1
        return 0

    def put_back(self) -> None:
        """Put back the call that this thread took: it is proven that nothing was billed."""
        if not self._limits:
            return
        with self._lock:
            items = self._items(self._clock())
            # In another period than it was taken in, it is not worth anything.
            if items in self._held:
                self._held[items] += 1

    def flush(self) -> float | None:
        """Return the calls that are left, at the end of an invocation.

        Returns
        -------
        float or None
            The highest share of a ceiling that was seen reserved, in percent; None if nothing was.

        Raises
        ------
        AwsError
            If DynamoDB fails. The calls stay reserved then.
        """
        with self._lock:
            held, self._held = self._held, {}
            used, self._used_percent = self._used_percent, 0.0
            self._exhausted = ()
        for items, calls in held.items():
            for item in items if calls else ():
                self._return(item, calls)
        return used or None

    def _items(self, now: float) -> tuple[str, ...]:
        return tuple(window.item(now) for window in self._limits)

    def _reserve(self, items: tuple[str, ...], now: float) -> int:
        """Reserve a block in every window. Return 0, or the seconds until the exhausted window ends."""
        calls = min(self._block, *(window.ceiling for window in self._limits))
        for number, (window, item) in enumerate(zip(self._limits, items, strict=True)):
            reserved = self._reserve_in(window, item, calls, now)
            if reserved < calls:
                for earlier in items[:number]:
                    self._return(earlier, calls - reserved)
            if not reserved:
                return window.seconds_left(now)
            calls = reserved
        self._held[items] = calls
        return 0

    def _reserve_in(self, window: Window, item: str, calls: int, now: float) -> int:
        """Reserve ``calls``, or as many of them as there are, by halves. Return how many."""
        while calls:
            try:
                after = self._table.update(
                    item,
                    {"expiresAt": int(now) + _KEPT_SECONDS},
                    add={"reserved": calls},
                    condition="attribute_not_exists(#reserved) OR #reserved <= :room",
                    given={"room": window.ceiling - calls},
                )
            except ConditionFailed:
                calls //= 2
            else:
                self._used_percent = max(self._used_percent, 100 * int(after["reserved"]) / window.ceiling)
                return calls
        return 0

    def _return(self, item: str, calls: int) -> None:
        self._unrepeated.update(
            item,
            {"expiresAt": int(self._clock()) + _KEPT_SECONDS},
            add={"reserved": -calls},
            condition="attribute_exists(#reserved)",
        )
