"""A value that is fetched rarely, held while warm, and fetched once however many threads ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Renewed(Generic[T]):
    """Holds what ``fetch`` returned for at most ``max_age`` seconds.

    When the value has merely grown old and ``fetch`` fails, the held one goes on serving: a public key or a secret is
    not wrong because its source is out of reach. Only ``discard`` calls it stale, and then it never serves again.
    """

    def __init__(self, fetch: Callable[[], T], max_age: float, clock: Callable[[], float] = time.time) -> None:
        """Hold nothing yet; ``clock`` is the wall clock, which goes on while a function is frozen."""
        self._fetch = fetch
        self._max_age = max_age
        self._clock = clock
        self._lock = threading.Lock()
        self._held: T | None = None
        self._fetched_at = 0.0
        self._flight: Future[T] | None = None

    def get(self) -> T:
        """Return the held value, fetched anew when there is none or it is too old.

        Raises
        ------
        Exception
            whatever ``fetch`` raises, when nothing is held that could serve instead.
        """
        with self._lock:
            held = self._held
            if held is not None and abs(self._clock() - self._fetched_at) < self._max_age:
                return held
        try:
            return self._fetch_once(held)
        except Exception:
            if held is None:
                raise
            with self._lock:
                # Another thread may have called it stale meanwhile.
                if self._held is not held:
                    raise
            return held

    def renew(self) -> T:
        """Return a value that is fetched now, once for all who ask at the same time; a held one never serves instead.

        Raises
        ------
        Exception
            whatever ``fetch`` raises.
        """
        with self._lock:
            held = self._held
        return self._fetch_once(held)

    def discard(self, stale: T) -> None:
        """Forget ``stale``, which was refused; a newer value that another thread fetched meanwhile stays."""
        with self._lock:
            if self._held is stale:
                self._held = None

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
