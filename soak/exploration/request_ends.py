"""How the requests of functions and commands may end, for the model of payments."""

from __future__ import annotations

from collections.abc import Iterator

from sealed_ocr.common.document_state import DocumentState

from soak.exploration import attempts, queues
from soak.exploration.replay import REFUSED, Answer, Request
from soak.exploration.tables import Item
from soak.exploration.upload_state import (
    Message,
    Process,
    State,
    decided,
    disturbed,
    more,
    with_process,
    without_process,
)

# After these, a second call is needed.
_LOST = {"the engine failed", "no answer"}

# In words, what the process is told (None if nothing yet), and the state then.
End = tuple[str, Answer | None, State]


class RequestEnds:
    """Finds how requests may end."""

    def __init__(self, target: str, analysis_ends: tuple[str, ...]) -> None:
        """``target`` is the document's item."""
        self._target, self._analysis_ends = target, analysis_ends

    def of(self, state: State, process: Process, request: Request) -> Iterator[End]:
        """Yield how a request may end."""
        match request:
            case Request("UpdateItem", target, detail) if target == self._target:
                for end in attempts.updates(state.document, target, detail, process.number):
                    written = decided(state, process)._replace(document=end.item) if end.written else state
                    if attempts.lease_begins(state.document, end.item):
                        written = _lease_begins(written)
                    if end.written and dict(end.item or ()).get("state") == DocumentState.ERASED:
                        written = written._replace(erased=True)
                    yield end.text, end.answer, disturbed(written) if end.failed else written
            case Request("UpdateItem", _, (_, condition, _)):
                yield "written", Answer((True, ())), state
                if condition:
                    yield "the circuit is open", Answer((False, None)), state
            case Request("GetItem", target):
                yield "read", Answer(self._item(state, target, process)), state
                yield "refused", REFUSED, state
            case Request("BatchGetItem", _, targets):
                items = [item for target in targets if (item := self._item(state, target, process))]
                yield "read", Answer(tuple(items)), state
                yield "refused", REFUSED, state
            case Request("analyze") if state.erased:
                yield "called", Answer("busy"), state._replace(broken="G8: a call for a document that was erased")
            case Request("analyze"):
                for text in self._analysis_ends:
                    paid = state._replace(allowed=state.allowed - 1)
                    yield text, Answer(text), disturbed(paid) if text in _LOST else paid
                yield "busy", Answer("busy"), state
            case Request("SendMessage", queues.RESULTS, (kind,)):
                delayed = "delayed" in kind
                sent = state._replace(answered=state.answered or not delayed, delayed=state.delayed or delayed)
                yield "sent", Answer(), sent
                yield "refused", REFUSED, disturbed(state)
                yield "sent, the answer is lost", REFUSED, disturbed(sent)
            case Request("SendMessage", queue, (body, attributes)):
                message = Message(body, attributes)
                if queue == queues.DEAD_LETTERS:
                    sent = state._replace(dead=more(state.dead, message))
                else:
                    sent = decided(state, process)._replace(uploads=more(state.uploads, message))
                yield "sent", Answer(), sent
                yield "refused", REFUSED, state
                yield "sent, the answer is lost", REFUSED, sent
                yield "sent, the answer is lost, and boto3 repeats it", None, sent
            case Request("ReceiveMessage"):
                holding = _receive(process, state.dead)
                received = tuple(
                    (str(place), message.body, message.attributes)
                    for place, (message, hidden) in enumerate(holding.held)
                    if hidden and (message, True) not in process.held[place : place + 1]
                )
                after = with_process(without_process(state, process), holding)
                yield "received", Answer(received), after._replace(dead=())
                yield "refused", REFUSED, state
            case Request("HideMessages", _, handles):
                visible = tuple(handle for handle in handles if not process.held[int(handle)][1])
                yield "hidden", Answer(visible), state
                yield "refused", REFUSED, state
            case Request("ShowMessages", _, handles):
                kept = tuple(
                    (message, hidden and str(place) not in handles)
                    for place, (message, hidden) in enumerate(process.held)
                )
                shown = [message for message, hidden in process.held if hidden]
                for message, hidden in kept:
                    if hidden:
                        shown.remove(message)
                after = with_process(without_process(state, process), process._replace(held=kept))
                yield "shown", Answer(), after._replace(dead=more(state.dead, *shown))
                yield "refused", REFUSED, state
            case Request("StartMessageMoveTask"):
                fresh = [message._replace(old=False) for message in state.dead]
                moved = decided(state, process)._replace(dead=(), uploads=more(state.uploads, *fresh))
                yield "moved", Answer(), moved
                yield "refused", REFUSED, state
                yield "moved, the answer is lost", REFUSED, moved
            case _:
                raise ValueError(f"not understood: {request}")

    def _item(self, state: State, target: str, process: Process) -> Item | None:
        return attempts.inside(state.document, process.number) if state.document and target == self._target else None


def _lease_begins(state: State) -> State:
    return state._replace(
        processes=tuple(process._replace(before_lease=process.function) for process in state.processes)
    )


def _receive(process: Process, messages: tuple[Message, ...]) -> Process:
    """Return the process that hides the messages. One that it has received before has the same place."""
    held = list(process.held)
    for message in messages:
        if (message, False) in held:
            held[held.index((message, False))] = (message, True)
        else:
            held.append((message, True))
    return process._replace(held=tuple(held))
