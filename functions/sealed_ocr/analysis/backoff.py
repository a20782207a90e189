"""When a document that waits is tried again.

Pure arithmetic, shared with the stack: the queue's ``maxReceiveCount`` is computed from the same schedule that the
function backs off by, so that the two cannot drift apart (design, contract "Retries").
"""

from __future__ import annotations

import secrets

FIRST_WAIT = 30
LONGEST_WAIT = 900
JITTER = 0.2

_jitter = secrets.SystemRandom()


def back_off(receives: int) -> int:
    """Seconds to wait after the delivery number ``receives`` (1 for the first) failed, without jitter.

    >>> [back_off(n) for n in (1, 2, 3, 6, 50)]
    [30, 60, 120, 900, 900]
    """
    doublings = min(max(receives, 1) - 1, 16)
    return min(FIRST_WAIT << doublings, LONGEST_WAIT)


def jittered(seconds: int) -> int:
    """``seconds``, up to a fifth more: jitter only adds, so that the computed number of receives still holds."""
    return seconds + round(seconds * JITTER * _jitter.random())


def receives_to_outlast(outage_seconds: int) -> int:
    """The number of deliveries whose last one comes no sooner than ``outage_seconds`` after the first."""
    waited = receives = 0
    while waited < outage_seconds:
        receives += 1
        waited += back_off(receives)
    return receives + 1
