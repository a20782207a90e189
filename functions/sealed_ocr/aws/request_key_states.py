"""The states of a Request-Key and the steps between them (docs/adr/0005).

=========  ============================================  =========  ==================================================
step       from                                          to         when
=========  ============================================  =========  ==================================================
offer      nothing, available, unknown, expired, locked  available  the card was analyzed
           or sending (lease expired)
begin      available, unknown, sending (lease expired)   sending    before a claim is sent
spend      sending, by this attempt                      spent      a verdict came: keep it, delete the key
free       sending, by this attempt                      available  proven unsent, or a failure that does not spend it
doubt      sending, by this attempt                      unknown    the claim was sent, no response came
forfeit    sending, by this attempt                      spent      4000122 after a doubted attempt, which spent it
expire     sending, by this attempt                      expired    4000122 otherwise
lock       sending, by this attempt                      locked     4000123
forget     available, unknown, sending (lease expired)   expired    the key is found expired
=========  ============================================  =========  ==================================================
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal


class RequestKeyState(StrEnum):
    """The state of a Request-Key."""

    AVAILABLE = "available"
    SENDING = "sending"
    SPENT = "spent"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    LOCKED = "locked"


CLAIMABLE_STATES = frozenset({RequestKeyState.AVAILABLE, RequestKeyState.UNKNOWN})
Step = Literal["spend", "free", "doubt", "forfeit", "expire", "lock"]
STATE_AFTER: dict[Step, RequestKeyState] = {
    "spend": RequestKeyState.SPENT,
    "free": RequestKeyState.AVAILABLE,
    "doubt": RequestKeyState.UNKNOWN,
    "forfeit": RequestKeyState.SPENT,
    "expire": RequestKeyState.EXPIRED,
    "lock": RequestKeyState.LOCKED,
}
# A key that cannot be used again is deleted.
STEPS_THAT_DELETE_KEY: frozenset[Step] = frozenset({"spend", "forfeit", "expire", "lock"})
