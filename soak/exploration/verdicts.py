"""Everything that may happen to the Request-Keys of one ID card, and what must hold throughout: G3 of the design."""

from __future__ import annotations

from collections.abc import Iterator

from soak.exploration import attempts, functions
from soak.exploration.card_state import IssuedKey, Process, State, disturbed, may_offer, with_process, wrong_answer
from soak.exploration.replay import REFUSED, Answer, Ended, Points, Program, Request
from soak.exploration.tables import DAY, NOW, freeze

_LAPSED = NOW - 1
_ANALYSIS, _CALLER = "analysis", "caller"
# Idempotency-Keys of callers. Those without one have nothing in common.
_IDEMPOTENCY_KEYS = ("", "common")


Events = Iterator[tuple[str, State]]


class Verdicts:
    """The model. Any number of callers come, one after the other and at once; analyses are limited."""

    def __init__(
        self, *, analyses: int, at_once: int, analysis: Program = functions.offer, caller: Program = functions.verify
    ) -> None:
        """Limit the analyses of the card, and what runs at a time. ``analysis`` and ``caller`` are what runs."""
        self._analyses, self._at_once = analyses, at_once
        self.points = Points({_ANALYSIS: analysis, _CALLER: caller})

    def initial(self) -> State:
        """Return the state before the card's first analysis."""
        return State(None, (), "", ())

    def violation(self, state: State) -> str | None:
        """Return which guarantee a state breaks, or None."""
        return state.broken or None

    def events(self, state: State) -> Events:
        """Yield everything that may happen next."""
        yield from self._time(state)
        yield from self._starts(state)
        for process in state.processes:
            yield from self._steps(state, process)

    def _time(self, state: State) -> Events:
        item = dict(state.item or ())
        if attempts.may_end(state.processes, item):
            yield "the lease ends", state._replace(item=freeze(item | {"leaseUntil": _LAPSED}))
        if item and int(item["expiresAt"]) < NOW:
            yield "DynamoDB deletes the item", state._replace(item=None)
        if item and not state.processes:
            later = item | ({"leaseUntil": _LAPSED} if "leaseUntil" in item else {})
            hour = later | {"keyExpiresAt": _LAPSED}
            if int(item["expiresAt"]) < NOW + DAY:
                hour["expiresAt"] = _LAPSED
            expired = state._replace(issued=tuple(key._replace(expired=True) for key in state.issued))
            yield "an hour passes", expired._replace(item=freeze(hour))
            yield "a day passes", expired._replace(item=freeze(hour | {"expiresAt": _LAPSED}))

    def _starts(self, state: State) -> Events:
        if len(state.processes) >= self._at_once:
            return
        number = attempts.free_number(self.points, state.processes, state.item)
        if len(state.issued) < self._analyses and not any(self._is_analysis(each) for each in state.processes):
            key = len(state.issued)
            issued = state._replace(issued=(*state.issued, IssuedKey()))
            analysis = Process(self.points.start(_ANALYSIS, str(key)), number)
            yield f"the card is analyzed and gets Request-Key {key}", with_process(issued, analysis)
        if state.issued:
            for common in _IDEMPOTENCY_KEYS:
                name = f"caller {number} comes" + (" with the common Idempotency-Key" if common else "")
                yield name, with_process(state, Process(self.points.start(_CALLER, common), number, common))

    def _is_analysis(self, process: Process) -> bool:
        return self.points.program(process.point) == _ANALYSIS

    def _steps(self, state: State, process: Process) -> Events:
        name = f"{self.points.program(process.point)} {process.number}"
        others = tuple(each for each in state.processes if each != process)
        item = attempts.forget(self.points, others, process.number, state.item)
        left = state._replace(processes=others, item=item)
        match self.points.pending(process.point):
            case Ended(result):
                broken = "" if self._is_analysis(process) else wrong_answer(state, process, str(result))
                yield f"{name} ends: {result}", left._replace(broken=broken)
            case request:
                yield f"{name} is killed before: {request.operation}", disturbed(left)
                for text, answer, then, after in self._answers(left._replace(item=state.item), process, request):
                    point = process.point if answer is None else self.points.resume(process.point, answer)
                    if self.points.pending(point) == Ended("refused") and may_offer(state):
                        after = after._replace(broken="an offer is refused although it would replace nothing")
                    yield f"{name}: {request.operation}: {text}", with_process(after, then._replace(point=point))

    def _answers(
        self, state: State, process: Process, request: Request
    ) -> Iterator[tuple[str, Answer | None, Process, State]]:
        """Yield how a request may end: in words, what the process is told, the process and all else then."""
        match request:
            case Request("UpdateItem", target, detail):
                for end in attempts.updates(state.item, target, detail, process.number):
                    after = (disturbed(state) if end.failed else state)._replace(item=end.item)
                    if attempts.lease_begins(state.item, end.item):
                        after = after._replace(
                            processes=tuple(each._replace(before_lease=True) for each in after.processes)
                        )
                    if self._is_analysis(process) and end.written and not may_offer(state):
                        after = after._replace(broken="an offer replaces a claim that is under way, or a verdict")
                    yield end.text, end.answer, process, after
            case Request("GetItem"):
                item = attempts.inside(state.item, process.number) if state.item else None
                yield "read", Answer(item), process, state
                yield "refused", REFUSED, process, state
            case Request("verify", target):
                yield from self._verify(state, process, int(target))
            case _:
                raise ValueError(f"not understood: {request}")

    def _verify(
        self, state: State, process: Process, number: int
    ) -> Iterator[tuple[str, Answer | None, Process, State]]:
        """Yield how the service may answer a claim."""
        key, sent = state.issued[number], process._replace(sent=True)
        state = state._replace(broken=self._wrong_claim(state, process, key))
        lost = disturbed(state)
        yield "the service is busy", Answer("busy"), sent, state
        yield "not judged, no answer", Answer("no answer"), sent, lost
        if key.expired or key.judged_for is not None:
            yield "the Request-Key is invalid", Answer("invalid"), sent._replace(told_invalid=number), state
            return
        judged = key._replace(judged_for=process.idempotency_key)
        after = state._replace(issued=(*state.issued[:number], judged, *state.issued[number + 1 :]))
        yield "judged", Answer("judged"), sent, after
        yield "judged, no answer", Answer("no answer"), sent, disturbed(after)
        yield "the card is locked", Answer("locked"), sent, state

    def _wrong_claim(self, state: State, process: Process, key: IssuedKey) -> str:
        if process.sent:
            return "G3: a call of the verify function has sent two claims"
        if any(
            isinstance(pending := self.points.pending(each.point), Request) and pending.operation == "verify"
            for each in state.processes
        ):
            return "G3: two claims for one card at once"
        if key.judged_for is not None and not key.disturbed:
            return "G3: a claim is repeated although nothing was killed or lost"
        return ""
