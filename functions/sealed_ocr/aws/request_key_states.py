"""A Request-Key's states and the steps between them (design, decision 7).

=========  ============================================  =========  ==================================================
step       from                                          to         when
=========  ============================================  =========  ==================================================
offer      nothing, available, unknown, expired, locked  available  the card was analyzed
begin      available, unknown, sending (lease lapsed)    sending    before a claim goes out
spend      sending, by this attempt                      spent      a verdict came; the key goes, the verdict stays
free       sending, by this attempt                      available  proven unsent, or a failure that does not spend it
doubt      sending, by this attempt                      unknown    the claim went out, no answer came
forfeit    sending, by this attempt                      spent      4000122 after a doubted attempt: that one spent it
expire     sending, by this attempt                      expired    4000122 otherwise
lock       sending, by this attempt                      locked     4000123
=========  ============================================  =========  ==================================================
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal


class State(StrEnum):
    """Where a Request-Key stands."""

    AVAILABLE = "available"
    SENDING = "sending"
    SPENT = "spent"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    LOCKED = "locked"


BEGINS_FROM = frozenset({State.AVAILABLE, State.UNKNOWN})
Step = Literal["spend", "free", "doubt", "forfeit", "expire", "lock"]
LEAVES_TO: dict[Step, State] = {
    "spend": State.SPENT,
    "free": State.AVAILABLE,
    "doubt": State.UNKNOWN,
    "forfeit": State.SPENT,
    "expire": State.EXPIRED,
    "lock": State.LOCKED,
}
# A key that can't be used again has no reason to be kept.
KEY_GOES: frozenset[Step] = frozenset({"spend", "forfeit", "expire", "lock"})
