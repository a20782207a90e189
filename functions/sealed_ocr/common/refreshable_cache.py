"""A cache of one value: single flight, and stale if error."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class RefreshableCache(Generic[T]):
    """Caches what ``fetch`` returned for at most ``max_age`` seconds. Concurrent callers share one fetch.

    If the value has expired and ``fetch`` fails, ``get`` still returns the old value (``stale_if_error``): a public key
    or a secret does not become wrong because its source is unreachable. After ``invalidate``, a value is never returned
    again.
    """

    def __init__(
        self,
        fetch: Callable[[], T],
        max_age: float | Callable[[T], float],
        clock: Callable[[], float] = time.time,
        *,
        stale_if_error: bool = True,
    ) -> None:
        """Start empty. ``clock`` is the wall clock, which advances while a function is frozen."""
        self._fetch = fetch
        self._max_age = max_age
        self._clock = clock
        self._stale_if_error = stale_if_error
        self._lock = threading.Lock()
        self._held: T | None = None
        self._fetched_at = 0.0
        self._flight: Future[T] | None = None

    def get(self) -> T:
        """Return the cached value; fetch it first if there is none or it has expired.

        Exceptions of ``fetch`` reach the caller only if there is no old value to return.
        """
        with self._lock:
            held = self._held
            if held is not None and abs(self._clock() - self._fetched_at) < self._age_limit(held):
                return held
        try:
            return self._fetch_once(held)
        except Exception:
            if held is None or not self._stale_if_error:
                raise
            with self._lock:
                # Another thread may have invalidated it meanwhile.
                if self._held is not held:
                    raise
            return held

    def refresh(self) -> T:
        """Return a value that is fetched now, never an old one; exceptions of ``fetch`` reach the caller."""
        with self._lock:
            held = self._held
        return self._fetch_once(held)

    def invalidate(self, stale: T) -> None:
        """Drop ``stale``, which was refused. A newer value that another thread fetched meanwhile stays."""
        with self._lock:
            if self._held is stale:
                self._held = None

    def _age_limit(self, held: T) -> float:
        return self._max_age(held) if callable(self._max_age) else self._max_age

    def _fetch_once(self, known: T | None) -> T:
        with self._lock:
            if self._held is not None and self._held is not known:
                return self._held
            flight = self._flight
            if flight is None:
                mine = self._flight = Future()
        if flight is not None:
            return flight.result()
        try:
            value = self._fetch()
        except BaseException as failure:
            with self._lock:
                self._flight = None
            mine.set_exception(failure)
            raise
        with self._lock:
            self._held, self._fetched_at, self._flight = value, self._clock(), None
        mine.set_result(value)
        return value
