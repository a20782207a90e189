"""The outcomes of documents, by the name that follows ``simulate/`` in an object's key.

A key is ``<kind>/simulate/<outcome>/<name>``. For an ID card, ``verdict-<verdict>/`` may stand before the name. An
outcome is a script: one step for each call about the document, the last one for all further calls.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.errors import Rejected
from sealed_ocr.ocr.result_codes import RESULT_CODES
from sealed_ocr.simulation.answers import LIMIT_EXCEEDED, NOT_APPROVED, UNAVAILABLE, Answer, Step
from sealed_ocr.simulation.kinds import SIMULATED_KINDS
from sealed_ocr.simulation.verdicts import DEFAULT_VERDICT, VERDICTS

FOLDER = "simulate"
SLOW_SECONDS = 5
_ANALYZED, _REJECTED, _VERDICT = "analyzed-", "rejected-", "verdict-"
_SLOW = re.compile(r"slow(?:-([1-9][0-9]{0,2}))?", re.ASCII)


class Outcome(NamedTuple):
    """What becomes of a document.

    Attributes
    ----------
    document
        What the image shows, once it is analyzed: ``card``, or an ID card's ``idType``.
    steps
        The answers to its calls.
    seconds
        How long each call takes.
    verdict
        The name of the verdict on its claim; "" if its kind has none.
    """

    document: str
    steps: tuple[Step, ...]
    seconds: int = 0
    verdict: str = ""

    def step(self, call: int) -> Step:
        """Return the answer to the call with this number; the first call is 1."""
        return self.steps[min(call, len(self.steps)) - 1]


def outcome_of(kind: Kind, key: str) -> Outcome:
    """Return the outcome that an object's key names.

    Raises
    ------
    Rejected
        If it names none. The reason says what there is, and quotes nothing of the key.
    """
    folders = key.removeprefix(f"{kind}/").split("/")[:-1]
    if folders[:1] != [FOLDER]:
        raise Rejected(
            f"this stage is simulated and reads no document; it takes keys like {kind}/{FOLDER}/<outcome>/<name>"
        )
    outcome = _outcome(kind, folders[1] if len(folders) > 1 else "")
    if outcome is None:
        raise Rejected(f"the key names no outcome that can be simulated; of {kind} there are {', '.join(names(kind))}")
    return outcome._replace(verdict=_verdict(kind, folders[2:3]))


def names(kind: Kind) -> list[str]:
    """Return the outcomes that can be simulated, by name."""
    return [
        *(_ANALYZED + document for document in SIMULATED_KINDS[kind].documents),
        *(f"{_REJECTED}{code}" for code in _rejecting_codes(kind)),
        *_scripts(kind),
        "slow",
    ]


def _outcome(kind: Kind, name: str) -> Outcome | None:
    documents = SIMULATED_KINDS[kind].documents
    if name in _scripts(kind):
        return Outcome(documents[0], _scripts(kind)[name])
    if name.removeprefix(_ANALYZED) in documents and name.startswith(_ANALYZED):
        return Outcome(name.removeprefix(_ANALYZED), (Answer.SUCCESS,))
    if code := next((code for code in _rejecting_codes(kind) if name == f"{_REJECTED}{code}"), None):
        return Outcome(documents[0], (code,))
    if slow := _SLOW.fullmatch(name):
        return Outcome(documents[0], (Answer.SUCCESS,), seconds=int(slow[1] or SLOW_SECONDS))
    return None


def _scripts(kind: Kind) -> dict[str, tuple[Step, ...]]:
    return {
        # Two lost answers park the document. The call after an operator's decision is answered.
        "delayed": (Answer.NONE, Answer.NONE, Answer.SUCCESS),
        "lost": (Answer.NONE, Answer.SUCCESS),
        "engine-failed": (SIMULATED_KINDS[kind].engine_failed, Answer.SUCCESS),
        "limit": (LIMIT_EXCEEDED, Answer.SUCCESS),
        "unavailable": (UNAVAILABLE, Answer.SUCCESS),
        "misconfigured": (NOT_APPROVED, Answer.SUCCESS),
    }


def _rejecting_codes(kind: Kind) -> list[int]:
    """Return the codes with which the service rejects an image of this kind."""
    own = SIMULATED_KINDS[kind]
    of_others = {code for each in SIMULATED_KINDS.values() for code in (each.not_found, each.engine_failed)}
    of_others -= {own.not_found, own.engine_failed}
    return [code for code, (error, _) in RESULT_CODES.items() if issubclass(error, Rejected) and code not in of_others]


def _verdict(kind: Kind, folders: list[str]) -> str:
    has_verdict = SIMULATED_KINDS[kind].has_verdict
    if not folders or not folders[0].startswith(_VERDICT):
        return DEFAULT_VERDICT if has_verdict else ""
    name = folders[0].removeprefix(_VERDICT)
    if not has_verdict:
        raise Rejected(f"the key names a verdict, and the OCR service gives none on {kind}")
    if name not in VERDICTS:
        raise Rejected(
            "the key names no verdict that can be simulated; there are "
            + ", ".join(_VERDICT + verdict for verdict in VERDICTS)
        )
    return name
