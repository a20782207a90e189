"""A journal of the recent calls, for the console and tests. It identifies images by their hash."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import Any

_MAX_CALLS = 1000


@dataclass
class Call:
    """One call.

    `image` is the SHA-256 (hex) of the plain image, and `answer` has the form that the counters use. Both are None
    until they are known. `began` and `ended` are epoch seconds. `ended` is None until the response
    has been sent or dropped.
    """

    number: int
    operation: str
    began: float
    image: str | None = None
    answer: str | None = None
    ended: float | None = None
    revision: int = 0


class CallJournal:
    """The most recent calls, each with the revision of its last change."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=_MAX_CALLS)
        self._count = 0
        self._revision = 0

    def begin(self, operation: str) -> Call:
        """Add a call that has just arrived."""
        self._count += 1
        call = Call(self._count, operation, time.time())
        self._calls.append(call)
        self._touch(call)
        return call

    def set_image(self, call: Call, image: str) -> None:
        """Record the image of a call."""
        call.image = image
        self._touch(call)

    def end(self, call: Call) -> None:
        """Record the end of a call."""
        call.ended = time.time()
        self._touch(call)

    def since(self, revision: int) -> dict[str, Any]:
        """Return the calls that changed after `revision`, and the current revision."""
        calls = [
            {
                "number": call.number,
                "operation": call.operation,
                "image": call.image,
                "answer": call.answer,
                "began": call.began,
                "ended": call.ended,
            }
            for call in self._calls
            if call.revision > revision
        ]
        return {"revision": self._revision, "calls": calls}

    def _touch(self, call: Call) -> None:
        self._revision += 1
        call.revision = self._revision
