"""Counters of calls, responses and billable analyses. Keys and images are stored as hashes."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from typing import Any


def digest(content: bytes) -> str:
    """Return the SHA-256 in hex, by which counters and faults identify an image or a key."""
    return hashlib.sha256(content).hexdigest()


class Counters:
    """The counters since the start or the last reset."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.calls_by_version: Counter[str] = Counter()
        self.public_key_fetches: Counter[str] = Counter()
        self.answers: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.paid: Counter[str] = Counter()
        self.verdicts: Counter[str] = Counter()
        self.incomplete_bodies = 0
        self._symmetric_keys: Counter[str] = Counter()

    def count_symmetric_key(self, symmetric_key: bytes) -> None:
        """Count a use of a symmetric key. The guide requires a new key for each request."""
        self._symmetric_keys[digest(symmetric_key)] += 1

    def symmetric_keys(self) -> dict[str, int]:
        """Return the uses of each symmetric key, by its SHA-256, for comparison between runs."""
        return dict(self._symmetric_keys)

    def snapshot(self) -> dict[str, Any]:
        """Return all counters in the control endpoint's format."""
        return {
            "calls": dict(self.calls),
            "callsByVersion": dict(self.calls_by_version),
            "publicKeyFetches": dict(self.public_key_fetches),
            "answers": {operation: dict(codes) for operation, codes in self.answers.items()},
            "paid": {
                "total": self.paid.total(),
                "maxPerImage": max(self.paid.values(), default=0),
                "byImage": dict(self.paid),
            },
            "verdicts": dict(self.verdicts),
            "repeatedSymmetricKeys": sum(times > 1 for times in self._symmetric_keys.values()),
            "incompleteBodies": self.incomplete_bodies,
        }
