"""Everything that may happen to the claims about one person, by several cards, and what must hold: G7 of the design.

The lock guard lets one false claim through here. That is enough to break it, and keeps the states few.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sealed_ocr.aws.request_key_states import RequestKeyState

from soak.exploration import attempts, functions
from soak.exploration.replay import REFUSED, Answer, Ended, Points, Program, Request
from soak.exploration.tables import DAY, NOW, REQUEST_KEYS, Item, freeze

_LAPSED = NOW - 1
_CALLER = "caller"


class Process(NamedTuple):
    """A call of the verify function for a card. See ``card_state.Process``."""

    card: int
    point: int
    number: int
    before_lease: bool = False


class State(NamedTuple):
    """All that there is.

    Attributes
    ----------
    cards
        The cards' items in the table of Request-Keys.
    guard
        The person's item there.
    judged
        For each card, the verdict of the service on a claim with its Request-Key, or None.
    disturbed
        Whether anything was killed, lost or refused.
    broken
        The guarantee that the last step broke.
    processes
        What runs.
    """

    cards: tuple[Item, ...]
    guard: Item | None
    judged: tuple[bool | None, ...]
    disturbed: bool
    broken: str
    processes: tuple[Process, ...]


Events = Iterator[tuple[str, State]]
End = tuple[str, Answer | None, State]


class FalseClaims:
    """The model. Any number of callers come for each card, with true claims and false ones."""

    def __init__(self, *, cards: int, at_once: int, caller: Program = functions.guarded_verify) -> None:
        """Limit the cards and what runs at a time. ``caller`` is what runs."""
        self._cards, self._at_once = cards, at_once
        self.points = Points({_CALLER: caller})

    def initial(self) -> State:
        """Return the state in which each card was analyzed."""
        items = tuple(
            freeze(
                {
                    "documentId": str(card),
                    "state": RequestKeyState.AVAILABLE.value,
                    "requestKey": str(card),
                    "keyHash": str(card),
                    "idType": functions.CLAIM["idType"],
                    "keyExpiresAt": NOW + DAY,
                    "expiresAt": NOW + DAY,
                }
            )
            for card in range(self._cards)
        )
        return State(items, None, (None,) * self._cards, False, "", ())

    def violation(self, state: State) -> str | None:
        """Return which guarantee a state breaks, or None."""
        if state.judged.count(False) > 1:
            return "G7: one false claim too many"
        return state.broken or None

    def events(self, state: State) -> Events:
        """Yield everything that may happen next."""
        for card, item in enumerate(state.cards):
            running = tuple(each for each in state.processes if each.card == card)
            if attempts.may_end(running, dict(item)):
                yield f"the lease of card {card} ends", _with_card(state, card, dict(item) | {"leaseUntil": _LAPSED})
            if len(state.processes) < self._at_once:
                number = attempts.free_number(self.points, running, item)
                process = Process(card, self.points.start(_CALLER, str(card)), number)
                yield f"caller {card}.{number} comes", _with_process(state, process)
        for process in state.processes:
            yield from self._steps(state, process)

    def _steps(self, state: State, process: Process) -> Events:
        name = f"caller {process.card}.{process.number}"
        left = _without_process(self.points, state, process)
        match self.points.pending(process.point):
            case Ended(result):
                # A claim that is counted without a reason is one that was judged, or lost.
                needless = result == "lock-guard" and False not in state.judged and not state.disturbed
                yield f"{name} ends: {result}", left._replace(broken="a claim is refused without a reason" * needless)
            case request:
                yield f"{name} is killed before: {request.operation}", left._replace(disturbed=True)
                others = tuple(each for each in state.processes if each != process)
                for text, answer, after in self._ends(state._replace(processes=others), process, request):
                    point = process.point if answer is None else self.points.resume(process.point, answer)
                    yield f"{name}: {request.operation}: {text}", _with_process(after, process._replace(point=point))

    def _ends(self, state: State, process: Process, request: Request) -> Iterator[End]:
        """Yield how a request may end: in words, what the process is told, and all else then."""
        card, of_card = process.card, request.target == f"{REQUEST_KEYS}/{process.card}"
        before = state.cards[card] if of_card else state.guard
        match request:
            case Request("UpdateItem", target, detail):
                for end in attempts.updates(before, target, detail, process.number):
                    after = state._replace(disturbed=state.disturbed or end.failed)
                    item = dict(end.item or ())
                    after = _with_card(after, card, item) if of_card else after._replace(guard=end.item)
                    if of_card and attempts.lease_begins(before, end.item):
                        after = after._replace(
                            processes=tuple(
                                each._replace(before_lease=each.before_lease or each.card == card)
                                for each in after.processes
                            )
                        )
                    yield end.text, end.answer, after
            case Request("GetItem"):
                yield "read", Answer(attempts.inside(before, process.number) if before else None), state
                yield "refused", REFUSED, state
            case Request("verify"):
                yield from self._verify(state, card)
            case _:
                raise ValueError(f"not understood: {request}")

    def _verify(self, state: State, card: int) -> Iterator[End]:
        """Yield how the service may answer a claim."""
        lost = state._replace(disturbed=True)
        yield "the service is busy", Answer("busy"), state
        yield "not judged, no answer", Answer("no answer"), lost
        if state.judged[card] is not None:
            yield "the Request-Key is invalid", Answer("invalid"), state
            return
        for verdict in (True, False):
            judged = (*state.judged[:card], verdict, *state.judged[card + 1 :])
            text = f"judged {str(verdict).lower()}"
            yield text, Answer(text), state._replace(judged=judged)
            yield f"{text}, no answer", Answer("no answer"), lost._replace(judged=judged)


def _with_card(state: State, card: int, item: dict[str, object]) -> State:
    frozen = tuple(sorted(item.items()))
    return state._replace(cards=(*state.cards[:card], frozen, *state.cards[card + 1 :]))


def _with_process(state: State, process: Process) -> State:
    return state._replace(processes=tuple(sorted((*state.processes, process))))


def _without_process(points: Points, state: State, process: Process) -> State:
    left = tuple(each for each in state.processes if each != process)
    running = tuple(each for each in left if each.card == process.card)
    item = attempts.forget(points, running, process.number, state.cards[process.card])
    return _with_card(state._replace(processes=left), process.card, dict(item or ()))
