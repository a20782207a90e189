"""What is explored: the short form with the tests, and all of it in the soak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from soak.exploration.false_claims import FalseClaims
from soak.exploration.payments import Payments
from soak.exploration.search import Exploration, Model, Search
from soak.exploration.upload_state import Limits
from soak.exploration.verdicts import Verdicts

_AT_MOST = 500_000
_FEW_ENDS = ("read", "no answer")
_PAID = ("OCR service: no answer", "documents (unknown): written", "documents (parked): written")
_DECIDED = ("StartMessageMoveTask dead letters: moved", "documents (free): written", "SendMessage uploads: sent")
_ERASED = ("documents (erased): written", "documents (erased): the condition fails")
_JUDGED = ("verify: judged", "verify: the Request-Key is invalid", "ends: verdict", "ends: request-key-spent")

_GUARDED = ("verify: judged false", "ends: verdict", "ends: lock-guard", "ends: verification-in-progress")


@dataclass(frozen=True)
class Scene:
    """A model, how many of its states are explored if there are more, and ends of events that must be met."""

    model: Callable[[], Model[Any]]
    at_most: int
    reaches: tuple[str, ...]

    def explore(self) -> Exploration:
        """Explore the scene.

        Raises
        ------
        LookupError
            If a complete search misses an event. A wrong double makes every call fail, which breaks no guarantee.
        """
        found = Search(self.model()).run(self.at_most)
        missing = [each for each in self.reaches if not any(event.endswith(each) for event in found.events)]
        if missing and found.complete and not found.counterexamples:
            raise LookupError(f"never met: {missing}")
        return found


def _payments(at_most: int = _AT_MOST, **limits: Any) -> Scene:
    decided = _DECIDED if limits.get("decisions") else ()
    erased = _ERASED if limits.get("erasures") else ()
    return Scene(lambda: Payments(Limits(**limits)), at_most, _PAID + decided + erased)


def _verdicts(at_most: int = _AT_MOST, **limits: Any) -> Scene:
    return Scene(lambda: Verdicts(**limits), at_most, _JUDGED)


def _false_claims(at_most: int = _AT_MOST, **limits: Any) -> Scene:
    return Scene(lambda: FalseClaims(**limits), at_most, _GUARDED)


SHORT = {
    "one function": _payments(),
    "months of redrives": _payments(months=True, analysis_ends=_FEW_ENDS),
    "a decision to pay again": _payments(commands=True, decisions=1, analysis_ends=("no answer",)),
    "an erasure, and a function at once": _payments(erasures=1, at_once=2, analysis_ends=("no answer",)),
    "one caller after the other, two analyses": _verdicts(analyses=2, at_once=1),
    "one claim after the other, two cards": _false_claims(cards=2, at_once=1),
}
LONG = {
    **SHORT,
    "two functions at once": _payments(functions=2, at_once=2, copies=2),
    "a function and a redrive at once": _payments(commands=True, at_once=2, slow=True, analysis_ends=_FEW_ENDS),
    "a decision, every end of an analysis": _payments(commands=True, decisions=1, slow=True),
    "a decision, and a function at once": _payments(commands=True, decisions=1, at_once=2, analysis_ends=_FEW_ENDS),
    "two decisions": _payments(commands=True, decisions=2, analysis_ends=_FEW_ENDS),
    "a decision, and months": _payments(commands=True, decisions=1, months=True, analysis_ends=_FEW_ENDS),
    "an erasure, a decision, and a function at once": _payments(
        commands=True, erasures=1, decisions=1, at_once=2, analysis_ends=("no answer",)
    ),
    "two callers at once": _verdicts(analyses=1, at_once=2),
    "two callers at once, two analyses": _verdicts(analyses=2, at_once=2),
    "one claim after the other, three cards": _false_claims(cards=3, at_once=1),
    "two claims at once, two cards": _false_claims(cards=2, at_once=2),
}
