"""How every call is served: received, opened, worked on, answered; and where a fault steps in."""

from __future__ import annotations

import logging

from aiohttp import web

from emulator.api.endpoint import Body, Endpoint
from emulator.api.request_body import IncompleteBody
from emulator.control.call_journal import Call
from emulator.control.state import State
from emulator.domain.operations import key_service_of
from emulator.domain.responses import Answer
from emulator.domain.result_codes import Code, Refusal
from emulator.faults.fault_queue import kind_of
from emulator.faults.kinds import AnyFault, Delay, ResetBeforeBody, ResultCode, Variation
from emulator.faults.response_sender import deliver, reset

logger = logging.getLogger(__name__)
# Kinds that leave the answer's own result code to be seen.
_HARMLESS = (ResultCode, Delay, Variation)


class Service:
    """Serves the endpoints of the guide."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def serve(self, endpoint: Endpoint, request: web.Request) -> web.StreamResponse:
        """Answer a call of a known URL."""
        state, name = self._state, endpoint.name
        if request.method != endpoint.method:
            return await deliver(request, Answer.refusal(Code.METHOD_NOT_ALLOWED), None)
        state.counters.calls[name] += 1
        call = state.journal.begin(name)
        try:
            return await self._serve(endpoint, request, call)
        finally:
            state.journal.end(call)

    async def _serve(self, endpoint: Endpoint, request: web.Request, call: Call) -> web.StreamResponse:
        state, name = self._state, endpoint.name
        if name != "public-keys":
            state.keys.count_call(key_service_of(name))
        fault = state.faults.take(name)
        if isinstance(fault, ResetBeforeBody):
            self._answered(call, Answer.refusal(Code.UNEXPECTED_ERROR), fault)
            return await deliver(request, Answer.refusal(Code.UNEXPECTED_ERROR), fault)
        try:
            body = await _receive(endpoint, request)
        except IncompleteBody:
            state.counters.incomplete_bodies += 1
            return reset(request)
        answer, fault = await self._answer(endpoint, request, body, fault, call)
        self._answered(call, answer, fault)
        return await deliver(request, answer, fault)

    async def unknown_url(self, request: web.Request) -> web.StreamResponse:
        """Answer a call of any other URL: HTTP 200 all the same (facts)."""
        return await deliver(request, Answer.refusal(Code.UNKNOWN_URL), None)

    async def _answer(
        self, endpoint: Endpoint, request: web.Request, body: Body, fault: AnyFault | None, call: Call
    ) -> tuple[Answer, AnyFault | None]:
        """Return the answer, and the fault that is to happen to it: the one given, or one for this very image."""
        try:
            job = await endpoint.open(request, body)
            if job.image is not None:
                self._state.journal.opened(call, job.image)
            if fault is None and job.image is not None:
                fault = self._state.faults.take(endpoint.name, job.image)
            answer = await job.work() if fault is None or fault.worked else _on_demand(fault)
        except Refusal as refusal:
            answer = Answer.refusal(refusal.code)
        except Exception as error:  # noqa: BLE001 - a reader may fail in any way, and its text may hold values
            logger.warning("%s failed: %s", endpoint.name, type(error).__name__)
            answer = Answer.refusal(Code.UNEXPECTED_ERROR)
        return (_on_demand(fault) if isinstance(fault, ResultCode) else answer), fault

    def _answered(self, call: Call, answer: Answer, fault: AnyFault | None) -> None:
        call.answer = _label(answer, fault)
        self._state.counters.answers[call.operation][call.answer] += 1


async def _receive(endpoint: Endpoint, request: web.Request) -> Body:
    try:
        return await endpoint.receive(request)
    except Refusal as refusal:
        return refusal


def _on_demand(fault: AnyFault) -> Answer:
    if isinstance(fault, ResultCode):
        return Answer(fault.result_code, fault.result_message)
    return Answer.refusal(Code.UNEXPECTED_ERROR)


def _label(answer: Answer, fault: AnyFault | None) -> str:
    return str(int(answer.code)) if fault is None or isinstance(fault, _HARMLESS) else f"fault:{kind_of(fault)}"
