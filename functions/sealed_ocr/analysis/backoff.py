"""The waits between the deliveries of a document.

This is pure arithmetic, which the stack shares: it computes the queue's ``maxReceiveCount`` from the same schedule that
the function backs off by, so that the two agree (docs/adr/0001).
"""

from __future__ import annotations

import secrets

FIRST_WAIT = 30
LONGEST_WAIT = 900
# Of a document that waits for the ceiling on calls. SQS allows 12 hours from the receipt; an operator may raise the
# ceiling before a day is over, and the document should notice.
LONGEST_HOLD = 4 * 3600
JITTER = 0.2

_random = secrets.SystemRandom()


def back_off(receives: int) -> int:
    """Return the seconds to wait after delivery number ``receives`` (from 1) failed, without jitter.

    >>> [back_off(n) for n in (1, 2, 3, 6, 50)]
    [30, 60, 120, 900, 900]
    """
    doublings = min(max(receives, 1) - 1, 16)
    return min(FIRST_WAIT << doublings, LONGEST_WAIT)


def jittered(seconds: int) -> int:
    """Return ``seconds`` plus up to a fifth. Jitter never shortens a wait, so the computed number of receives holds."""
    return seconds + round(seconds * JITTER * _random.random())


def receives_to_outlast(outage_seconds: int) -> int:
    """Return the number of deliveries whose last one comes at least ``outage_seconds`` after the first."""
    waited = receives = 0
    while waited < outage_seconds:
        receives += 1
        waited += back_off(receives)
    return receives + 1
