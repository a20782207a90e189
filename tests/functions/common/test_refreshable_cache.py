"""Concurrent threads share one fetch. An old value is used if its refresh fails, an invalidated one never."""

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sealed_ocr.common.refreshable_cache import RefreshableCache

from tests.support.polling import PATIENCE

pytestmark = pytest.mark.unit

THREADS = 20


class Source:
    """The source of the values. Its gate blocks a fetch until all threads are waiting."""

    def __init__(self) -> None:
        self.fetches = 0
        self.now = 1_000_000.0
        self.failure = None
        self.entered = threading.Event()
        self.gate = threading.Event()
        self.gate.set()

    def fetch(self):
        self.fetches += 1
        number = self.fetches
        self.entered.set()
        assert self.gate.wait(PATIENCE)
        if self.failure:
            raise self.failure
        return [number]

    def clock(self):
        return self.now


@pytest.fixture
def source():
    return Source()


@pytest.fixture
def cache(source):
    return RefreshableCache(source.fetch, 300, source.clock)


def call_concurrently(source, cache, call=None):
    """Call the cache from many threads at once and return the value or exception of each call."""
    source.gate.clear()
    threads = []

    def get():
        threads.append(threading.get_ident())
        try:
            return (call or cache.get)()
        except Exception as failure:  # noqa: BLE001 - returned to the caller
            return failure

    with ThreadPoolExecutor(THREADS) as pool:
        values = [pool.submit(get) for _ in range(THREADS)]
        while len(threads) < THREADS or not all(map(is_waiting, threads)):
            time.sleep(0.001)
        source.gate.set()
        return [value.result(PATIENCE) for value in values]


def is_waiting(thread):
    """Return whether a thread waits for the gate or for the fetch of another thread."""
    code = sys._current_frames()[thread].f_code
    return (code.co_filename, code.co_name) == (threading.__file__, "wait")


def test_nothing_is_fetched_before_it_is_needed(source, cache) -> None:
    assert source.fetches == 0
    assert cache.get() is cache.get()
    assert source.fetches == 1


def test_one_fetch_serves_all_concurrent_threads(source, cache) -> None:
    values = call_concurrently(source, cache)
    assert source.fetches == 1
    assert all(value is values[0] for value in values)


def test_a_failure_is_shared_but_not_cached(source, cache) -> None:
    source.failure = LookupError("out of reach")
    values = call_concurrently(source, cache)
    assert all(value is source.failure for value in values)
    assert source.fetches == 1
    source.failure = None
    assert cache.get() == [2]


@pytest.mark.parametrize(("seconds", "fetches"), [(0, 1), (299.9, 1), (300, 2), (10_000, 2), (-299, 1), (-300, 2)])
def test_a_value_expires_by_the_clock_in_either_direction(source, cache, seconds, fetches) -> None:
    cache.get()
    source.now += seconds
    assert cache.get() == [fetches]
    assert source.fetches == fetches


def test_a_refreshed_value_starts_a_new_lifetime(source, cache) -> None:
    cache.get()
    source.now += 300
    cache.get()
    source.now += 299
    assert cache.get() == [2]


def test_an_old_value_is_used_when_its_refresh_fails(source, cache) -> None:
    held = cache.get()
    source.now += 400
    source.failure = LookupError("out of reach")
    assert cache.get() is held
    assert all(value is held for value in call_concurrently(source, cache))
    assert source.fetches == 3
    source.failure = None
    assert cache.get() == [4]


def test_an_invalidated_value_is_never_used_again(source, cache) -> None:
    held = cache.get()
    cache.invalidate(held)
    source.failure = LookupError("out of reach")
    with pytest.raises(LookupError):
        cache.get()
    source.failure = None
    assert cache.get() is not held


def test_a_value_invalidated_during_its_failing_refresh_is_not_used(source, cache) -> None:
    held = cache.get()
    source.now += 400
    source.failure = LookupError("out of reach")
    source.gate.clear()
    source.entered.clear()
    with ThreadPoolExecutor(1) as pool:
        pending = pool.submit(cache.get)
        assert source.entered.wait(PATIENCE)
        cache.invalidate(held)
        source.gate.set()
        assert pending.exception(10) is source.failure


def test_only_the_given_value_is_invalidated(source, cache) -> None:
    old = cache.get()
    cache.invalidate(old)
    new = cache.get()
    cache.invalidate(old)
    cache.invalidate([2])  # equal, but another
    assert cache.get() is new
    assert source.fetches == 2


def test_several_invalidations_of_one_value_cause_one_fetch(source, cache) -> None:
    held = cache.get()
    for _ in range(THREADS):
        cache.invalidate(held)
    values = call_concurrently(source, cache)
    assert source.fetches == 2
    assert all(value == [2] for value in values)


def test_a_fetch_is_possible_after_an_interrupted_one(source, cache) -> None:
    source.failure = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        cache.get()
    source.failure = None
    assert cache.get() == [2]


def test_refresh_fetches_and_caches_a_value(source, cache) -> None:
    assert cache.get() == [1]
    assert cache.refresh() == [2]
    assert cache.get() == [2]
    assert source.fetches == 2


def test_a_failed_refresh_raises_and_keeps_the_cached_value(source, cache) -> None:
    cache.get()
    source.failure = OSError("gone")
    with pytest.raises(OSError, match="gone"):
        cache.refresh()
    assert cache.get() == [1]


def test_concurrent_refreshes_fetch_once(source, cache) -> None:
    cache.get()
    assert call_concurrently(source, cache, cache.refresh) == [[2]] * THREADS
    assert source.fetches == 2
