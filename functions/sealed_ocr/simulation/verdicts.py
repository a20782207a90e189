"""The verdicts on claims, by name. The Request-Key that the simulator issues carries the name.

A verdict is a script as well: one step for each claim. The service takes no Request-Key after its last step.
"""

from __future__ import annotations

import re
import secrets
from enum import Enum
from typing import NamedTuple

from sealed_ocr.simulation.answers import CARD_LOCKED, LIMIT_EXCEEDED, REQUEST_KEY_INVALID, UNAVAILABLE, Answer, Step

# In place of the API's version.
ISSUER = "simulated"
_ISSUED = re.compile(rf"{ISSUER} ([a-z]+)-([0-9]{{6}})-[0-9a-f]{{32}}", re.ASCII)


class Judgement(Enum):
    """How the authority judges a claim."""

    AUTHENTIC = "authentic"
    NOT_AUTHENTIC = "not authentic"
    # By the fields of the simulated card.
    COMPARE = "compare"


DEFAULT_VERDICT = "compared"
VERDICTS: dict[str, tuple[Step | Judgement, ...]] = {
    DEFAULT_VERDICT: (Judgement.COMPARE,),
    "true": (Judgement.AUTHENTIC,),
    "false": (Judgement.NOT_AUTHENTIC,),
    "locked": (CARD_LOCKED,),
    "expired": (REQUEST_KEY_INVALID,),
    # The claim was judged, so its Request-Key is spent.
    "lost": (Answer.NONE,),
    "limit": (LIMIT_EXCEEDED, Judgement.AUTHENTIC),
    "unavailable": (UNAVAILABLE, Judgement.AUTHENTIC),
}


class IssuedKey(NamedTuple):
    """A Request-Key of the simulator: the verdict's name, and the digits of the simulated person."""

    verdict: str
    person: str

    def step(self, claim: int) -> Step | Judgement:
        """Return the answer to the claim with this number; the first one is 1."""
        steps = VERDICTS[self.verdict]
        return steps[claim - 1] if claim <= len(steps) else REQUEST_KEY_INVALID


def issue(verdict: str, person: str) -> str:
    """Return a new Request-Key."""
    return f"{ISSUER} {verdict}-{person}-{secrets.token_hex(16)}"


def read(request_key: str) -> IssuedKey | None:
    """Return what a Request-Key carries, or None if the simulator did not issue it."""
    issued = _ISSUED.fullmatch(request_key)
    return IssuedKey(issued[1], issued[2]) if issued and issued[1] in VERDICTS else None
