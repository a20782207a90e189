"""Call by call, what was asked and answered, for whoever watches. Images are known by their hash alone."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import Any

_MAX_CALLS = 1000


@dataclass
class Call:
    """One call: ``image`` (SHA-256 in hex) once it was opened, ``answer`` as the counters name it, once it is known.

    ``began`` and ``ended`` are epoch seconds; ``ended`` is None until the answer goes out, late or not at all.
    """

    number: int
    operation: str
    began: float
    image: str | None = None
    answer: str | None = None
    ended: float | None = None
    revision: int = 0


class CallJournal:
    """The last calls, each with the revision at which something was last learnt of it."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=_MAX_CALLS)
        self._count = 0
        self._revision = 0

    def begin(self, operation: str) -> Call:
        """Note that a call came in."""
        self._count += 1
        call = Call(self._count, operation, time.time())
        self._calls.append(call)
        self._touch(call)
        return call

    def set_image(self, call: Call, image: str) -> None:
        """Note which image was in it."""
        call.image = image
        self._touch(call)

    def end(self, call: Call) -> None:
        """Note that it is over."""
        call.ended = time.time()
        self._touch(call)

    def since(self, revision: int) -> dict[str, Any]:
        """Return the calls of which something was learnt after ``revision``, and the revision that it is now."""
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
