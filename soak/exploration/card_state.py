"""The state of one ID card: its item, what the service knows of its Request-Keys, and what runs."""

from __future__ import annotations

from typing import NamedTuple

from sealed_ocr.aws.request_key_states import RequestKeyState

from soak.exploration import attempts
from soak.exploration.tables import Item


class IssuedKey(NamedTuple):
    """A Request-Key at the OCR service.

    ``judged_for`` is the Idempotency-Key of the caller whose claim was judged, None before. ``disturbed`` once anything
    was killed, lost or refused.
    """

    expired: bool = False
    judged_for: str | None = None
    disturbed: bool = False


class Process(NamedTuple):
    """A running call of the verify function, or the end of an analysis that offers a Request-Key.

    Attributes
    ----------
    point, number
        Where it stands, and the number by which its attempts are known.
    idempotency_key
        The caller's, "" for none.
    sent
        Whether it has sent a claim.
    told_invalid
        The Request-Key that the service did not accept from it.
    before_lease
        Whether it started before the present lease began. It then ends before the lease does.
    """

    point: int
    number: int
    idempotency_key: str = ""
    sent: bool = False
    told_invalid: int | None = None
    before_lease: bool = False


class State(NamedTuple):
    """All that there is.

    Attributes
    ----------
    item
        The card's item in the table of Request-Keys.
    issued
        What the service knows of each Request-Key.
    broken
        The guarantee that the last step broke.
    processes
        What runs.
    """

    item: Item | None
    issued: tuple[IssuedKey, ...]
    broken: str
    processes: tuple[Process, ...]


def may_offer(state: State) -> bool:
    """Whether no claim is under way and no verdict was given."""
    item = dict(state.item or ())
    under_way = item.get("state") == RequestKeyState.SENDING and attempts.holds_lease(item)
    return not under_way and item.get("state") != RequestKeyState.SPENT


def wrong_answer(state: State, process: Process, result: str) -> str:
    """Return what is wrong with a caller's answer."""
    judged = [key.judged_for for key in state.issued if key.judged_for is not None]
    if result == "verdict" and process.idempotency_key not in judged:
        return "G3: a verdict that was given for another caller"
    if result == "verdict" and not process.sent and not process.idempotency_key:
        return "G3: a verdict is given twice"
    if result == "request-key-spent" and not judged:
        return "the caller is told of a verdict that was never given"
    told = process.told_invalid
    if result == "request-key-expired" and told is not None and state.issued[told].judged_for is not None:
        return "the caller is told that the Request-Key expired, but a lost claim spent it"
    return ""


def disturbed(state: State) -> State:
    """Return the state after something was killed, lost or refused."""
    return state._replace(issued=tuple(key._replace(disturbed=True) for key in state.issued))


def with_process(state: State, process: Process) -> State:
    """Return the state in which a process runs as well."""
    return state._replace(
        processes=tuple(sorted((*state.processes, process), key=lambda each: (each.point, each.number)))
    )
