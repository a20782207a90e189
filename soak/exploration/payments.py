"""Everything that may happen to one upload, and what must hold throughout: G1 and G2 of the design."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sealed_ocr.aws.uploads import parse_event
from sealed_ocr.common.document_state import DocumentState
from sealed_ocr.common.timestamps import timestamp

from soak.exploration import attempts, commands, functions
from soak.exploration.replay import Ended, Points, Program, Request
from soak.exploration.request_ends import RequestEnds
from soak.exploration.tables import DAY, DOCUMENTS, NOW, freeze
from soak.exploration.upload_state import (
    Limits,
    Message,
    Process,
    State,
    decided,
    disturbed,
    less,
    more,
    older,
    returned,
    with_process,
    without_process,
)

_FUNCTION, _REDRIVE, _PAY_AGAIN, _REANALYZE = "function", "redrive", "redrive --pay-again", "reanalyze"
_ERASE = "erase"
_DECISIONS = {_PAY_AGAIN, _REANALYZE}
_LAPSED = NOW - 1

Events = Iterator[tuple[str, State]]


class Payments:
    """The model of one upload."""

    def __init__(
        self,
        limits: Limits,
        function: Program = functions.analyze,
        reanalyze: Program = commands.reanalyze_image,
        erase: Program = commands.erase_document,
    ) -> None:
        """Explore within ``limits``. ``function`` runs as the analyze function; the others are what operators run."""
        self._limits = limits
        self.points = Points(
            {
                _FUNCTION: function,
                _REDRIVE: commands.redrive,
                _PAY_AGAIN: commands.redrive_pay_again,
                _REANALYZE: reanalyze,
                _ERASE: erase,
            }
        )
        record = {
            "eventName": "ObjectCreated:Put",
            "eventTime": timestamp(NOW),
            "s3": {
                "bucket": {"name": functions.BUCKET, "arn": f"arn:aws:s3:::{functions.BUCKET}"},
                "object": {"key": functions.KEY, "size": len(functions.IMAGE), "eTag": "tag", "versionId": "version"},
            },
        }
        self._body = json.dumps({"Records": [record]}, separators=(",", ":"))
        (upload,) = parse_event(self._body).uploads
        self._document_id = upload.document.document_id
        self._ends = RequestEnds(f"{DOCUMENTS}/{self._document_id}", limits.analysis_ends)

    def initial(self) -> State:
        """Return the state after the upload."""
        uploads = (Message(self._body),) * self._limits.copies
        limits = self._limits
        return State(None, uploads, (), False, False, 1, limits.decisions, False, (), limits.erasures)

    def violation(self, state: State) -> str | None:
        """Return which guarantee a state breaks, or None."""
        if state.broken:
            return state.broken
        if state.allowed < 0:
            used = self._limits.decisions - state.decisions
            return "G2: one call too many that may be billed" + (f", after {used} decisions" if used else "")
        if not (state.answered or state.erased or state.messages()):
            return "G1: the upload has disappeared"
        parked = dict(state.document or ()).get("state") == DocumentState.PARKED
        return "G1: a document is parked, and nobody was told" if parked and not state.delayed else None

    def events(self, state: State) -> Events:
        """Yield everything that may happen next."""
        for event, after in self._all_events(state):
            if after.messages() <= self._limits.messages:
                yield event, after

    def _all_events(self, state: State) -> Events:
        yield from self._time(state)
        yield from self._queues(state)
        yield from self._starts(state)
        for process in state.processes:
            yield from self._steps(state, process)

    def _time(self, state: State) -> Events:
        item = dict(state.document or ())
        if attempts.may_end(state.processes, item):
            yield "the lease ends", state._replace(document=freeze(item | {"leaseUntil": _LAPSED}))
        if not item:
            return
        expires = int(item["expiresAt"])
        if expires < NOW:
            yield "DynamoDB deletes the document's item", state._replace(document=None)
        elif self._limits.months and not (
            state.processes or state.uploads or any(message.old for message in state.dead)
        ):
            aged = item | {"expiresAt": max(expires - 13 * DAY, _LAPSED)}
            aged |= {"leaseUntil": _LAPSED} if "leaseUntil" in item else {}
            dead = tuple(sorted(older(message) for message in state.dead))
            yield "13 days pass", state._replace(document=freeze(aged), dead=dead)

    def _queues(self, state: State) -> Events:
        for message in dict.fromkeys(state.uploads):
            after = state._replace(uploads=less(state.uploads, message), dead=more(state.dead, message))
            yield "SQS dead-letters the message after too many receives", disturbed(after)
        for message in dict.fromkeys(state.dead):
            uploads = more(state.uploads, message._replace(old=False))
            after = state._replace(uploads=uploads, dead=less(state.dead, message))
            yield "AWS's console redrives a dead letter", after
        for process in state.processes:
            if self._limits.slow and not process.function and any(hidden for _, hidden in process.held):
                shown = process._replace(held=tuple((message, False) for message, _ in process.held))
                after = returned(with_process(without_process(state, process), shown), process)
                yield "the dead letters are visible again after 15 minutes", after

    def _starts(self, state: State) -> Events:
        running = [process.function for process in state.processes]
        if len(running) >= self._limits.at_once:
            return
        number = attempts.free_number(self.points, state.processes, state.document)
        if running.count(True) < self._limits.functions:
            for message in dict.fromkeys(state.uploads):
                point = self.points.start(_FUNCTION, message.body, message.attributes)
                after = state._replace(uploads=less(state.uploads, message))
                reason = dict(message.attributes).get("reason")
                name = f"function {number} receives the upload" + (f" ({reason})" if reason else "")
                yield name, with_process(after, Process(point, number, True, ((message, True),)))
        if self._limits.commands and all(running):
            for command in (_REDRIVE, _PAY_AGAIN, _REANALYZE):
                left = state.decisions - (command in _DECISIONS)
                if left >= 0 and (state.dead or command == _REANALYZE):
                    after = state._replace(decisions=left)
                    name = f"an operator runs `{command}`"
                    process = Process(self.points.start(command), number, False, decided=command in _DECISIONS)
                    yield name, with_process(after, process)
        if state.erasures and all(running):
            process = Process(self.points.start(_ERASE, self._document_id), number, False)
            after = state._replace(erasures=state.erasures - 1)
            yield "an operator runs `erase`", with_process(after, process)

    def _steps(self, state: State, process: Process) -> Events:
        name = f"{self.points.program(process.point)} {process.number}"
        without = self._without(state, process)
        pending = self.points.pending(process.point)
        if isinstance(pending, Ended):
            if process.function and not pending.result:
                yield f"{name} ends", without
                yield f"{name} ends, and its message is not deleted", returned(without, process)
            else:
                yield f"{name} ends" + (", to be retried" if pending.result else ""), returned(without, process)
            return
        step = f"{name}: {_describe(pending)}"
        killed = returned(without, process)
        yield f"{name} is killed before: {_describe(pending)}", disturbed(killed) if process.function else killed
        for text, answer, after in self._ends.of(state, process, pending):
            if answer is None:
                yield f"{step}: {text}", after
                continue
            now = next(each for each in after.processes if each.number == process.number)
            moved = now._replace(point=self.points.resume(process.point, answer))
            yield f"{step}: {text}", with_process(without_process(after, now), moved)

    def _without(self, state: State, process: Process) -> State:
        after = without_process(decided(state, process), process)
        return after._replace(document=attempts.forget(self.points, after.processes, process.number, after.document))


def _describe(request: Request) -> str:
    target = request.target.partition("/")[0]
    if request.operation == "UpdateItem":
        target += f" ({dict(request.detail[2]).get('set_state', 'circuit')})"
    return f"{request.operation} {target}"
