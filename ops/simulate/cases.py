"""The cases that ``simulate`` drives, and what each must lead to.

The expectation is worked out from the pipeline's rules (docs/life-of-a-document.md), without its code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sealed_ocr.claims import offer
from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.errors import EngineFailed, OutcomeUnknown, Rejected
from sealed_ocr.simulation.answers import failure_of
from sealed_ocr.simulation.kinds import SIMULATED_KINDS
from sealed_ocr.simulation.outcomes import FOLDER, Outcome, names, outcome_of
from sealed_ocr.simulation.results import person_of, result_of

UNKNOWN = "OutcomeUnknown"
# What the caller of the verify function gets, claim by claim.
_ANSWERS = {
    "true": ("true", "request-key-spent"),
    "false": ("false",),
    "locked": ("card-locked",),
    "expired": ("request-key-expired",),
    "lost": ("outcome-unknown", "request-key-spent"),
    "limit": ("rate-limited", "true"),
    "unavailable": ("temporarily-unavailable", "true"),
}


@dataclass(frozen=True)
class Case:
    """One document to upload.

    Attributes
    ----------
    folder : str
        The folders of its key, from the kind to the verdict.
    name : str
        What to call it: the outcome, and the verdict if it names one.
    answers : tuple of str
        What the claims about it must be answered, in their order.
    altered : bool
        Whether the claims have another name than the card.
    """

    kind: Kind
    folder: str
    name: str
    answers: tuple[str, ...] = ()
    altered: bool = False

    def expected(self, max_unknown_attempts: int) -> str:
        """Return how the document ends, and which failures come before, as ``outcome_text`` does."""
        outcome = outcome_of(self.kind, f"{self.folder}/image.png")
        failures: list[str] = []
        unknown = 0
        while True:
            failed = failure_of(outcome.step(len(failures) + 1))
            if failed is None:
                return outcome_text("analyzed", failures)
            may_be_billed = isinstance(failed, EngineFailed | OutcomeUnknown)
            unknown += may_be_billed
            is_last = may_be_billed and unknown >= max_unknown_attempts
            if isinstance(failed, Rejected) and (is_last or not may_be_billed):
                return outcome_text(f"rejected {failed.code}", failures)
            failures.append(UNKNOWN if failed.code is None else str(failed.code))
            if is_last:
                return outcome_text("delayed", failures)

    def claim(self, key: str) -> dict[str, str]:
        """Return the claim about the card that the object with this key shows."""
        outcome: Outcome = outcome_of(self.kind, key)
        offered = offer(result_of(outcome.document, person_of(key), "png"))
        claim = dict(offered.request) if offered else {}
        return claim | {"name": "임꺽정"} if self.altered else claim


def outcome_text(end: str, failures: list[str]) -> str:
    """Return how a document ended, and the failures of its earlier attempts."""
    return f"{', '.join(failures)}, then {end}" if failures else end


def cases() -> Iterator[Case]:
    """Yield every outcome of every kind, and every verdict."""
    for kind, simulated in SIMULATED_KINDS.items():
        shown = [f"analyzed-{document}" for document in simulated.documents]
        for name in names(kind):
            judged = simulated.has_verdict and name in shown
            yield Case(kind, f"{kind}/{FOLDER}/{name}", name, answers=("true",) if judged else ())
        if simulated.has_verdict:
            yield Case(kind, f"{kind}/{FOLDER}/{shown[0]}", f"{shown[0]}, another name", ("false",), altered=True)
            for verdict, answers in _ANSWERS.items():
                name = f"{shown[0]}/verdict-{verdict}"
                yield Case(kind, f"{kind}/{FOLDER}/{name}", name, answers)
