"""The steps of every call: receive, check, run, respond; and the points at which faults apply."""

from __future__ import annotations

import logging

from aiohttp import web

from emulator.api.endpoint import Endpoint, ReceivedBody
from emulator.api.request_body import IncompleteBody
from emulator.control.call_journal import Call
from emulator.control.state import EmulatorState
from emulator.domain.operations import SEALED_OPERATIONS, key_service_of
from emulator.domain.responses import ApiResponse, Response
from emulator.domain.result_codes import Code, Refusal
from emulator.faults.fault_queue import kind_of
from emulator.faults.kinds import AnyFault, Delay, GatewayRefusal, ResetBeforeBody, ResultCode, Variation
from emulator.faults.response_sender import reset_connection, send_response

logger = logging.getLogger(__name__)
# Faults whose response still carries a result code; the counters show that code.
_CODE_PRESERVING = (ResultCode, GatewayRefusal, Delay, Variation)


class Dispatcher:
    """Runs the calls of all endpoints of the guide."""

    def __init__(self, state: EmulatorState) -> None:
        self._state = state

    async def dispatch(self, endpoint: Endpoint, request: web.Request) -> web.StreamResponse:
        """Respond to a call of a known URL."""
        state, name = self._state, endpoint.name
        if request.method != endpoint.method:
            return await send_response(request, ApiResponse.refusal(Code.METHOD_NOT_ALLOWED), None)
        state.counters.calls[name] += 1
        if version := request.match_info.get("version"):
            state.counters.calls_by_version[version] += 1
        call = state.journal.begin(name)
        try:
            return await self._dispatch(endpoint, request, call)
        finally:
            state.journal.end(call)

    async def _dispatch(self, endpoint: Endpoint, request: web.Request, call: Call) -> web.StreamResponse:
        state, name = self._state, endpoint.name
        if state.settings.gateway and (request.content_length or 0) > state.settings.gateway_max_bytes:
            refusal = ApiResponse.refusal(Code.TOO_LARGE, 413)
            self._record_answer(call, refusal, None)
            return await send_response(request, refusal, None)
        if name in SEALED_OPERATIONS:
            state.keys.count_call(key_service_of(name))
        fault = state.faults.take(name)
        if isinstance(fault, ResetBeforeBody):
            self._record_answer(call, ApiResponse.refusal(Code.UNEXPECTED_ERROR), fault)
            return await send_response(request, ApiResponse.refusal(Code.UNEXPECTED_ERROR), fault)
        try:
            body = await _receive(endpoint, request)
        except IncompleteBody:
            state.counters.incomplete_bodies += 1
            return reset_connection(request)
        answer, fault = await self._answer(endpoint, request, body, fault, call)
        self._record_answer(call, answer, fault)
        return await send_response(request, answer, fault)

    async def unknown_url(self, request: web.Request) -> web.StreamResponse:
        """Respond to a call of any other URL: the service with HTTP 200, the gateway with HTTP 404 (facts)."""
        refusal = ApiResponse.refusal(Code.UNKNOWN_URL, 404 if self._state.settings.gateway else 200)
        return await send_response(request, refusal, None)

    async def _answer(
        self, endpoint: Endpoint, request: web.Request, body: ReceivedBody, fault: AnyFault | None, call: Call
    ) -> tuple[Response, AnyFault | None]:
        """Return the response and the fault that applies to it: the given one, or one for this image."""
        try:
            prepared = await endpoint.prepare(request, body)
            if prepared.image is not None:
                self._state.journal.set_image(call, prepared.image)
            if fault is None and prepared.image is not None:
                fault = self._state.faults.take(endpoint.name, prepared.image)
            answer: Response = await prepared.run() if fault is None or fault.worked else _requested_response(fault)
        except Refusal as refusal:
            answer = ApiResponse.refusal(refusal.code, message=refusal.message)
        except Exception as error:  # noqa: BLE001 - an endpoint may raise anything, and the message may contain values
            logger.warning("%s failed: %s", endpoint.name, type(error).__name__)
            answer = ApiResponse.refusal(Code.UNEXPECTED_ERROR)
        return (_requested_response(fault) if isinstance(fault, ResultCode | GatewayRefusal) else answer), fault

    def _record_answer(self, call: Call, answer: Response, fault: AnyFault | None) -> None:
        call.answer = _answer_label(answer, fault)
        self._state.counters.answers[call.operation][call.answer] += 1


async def _receive(endpoint: Endpoint, request: web.Request) -> ReceivedBody:
    try:
        return await endpoint.receive(request)
    except Refusal as refusal:
        return refusal


def _requested_response(fault: AnyFault) -> ApiResponse:
    if isinstance(fault, ResultCode):
        return ApiResponse(fault.result_code, fault.result_message)
    if isinstance(fault, GatewayRefusal):
        return ApiResponse(fault.result_code, fault.result_message, status=fault.status)
    return ApiResponse.refusal(Code.UNEXPECTED_ERROR)


def _answer_label(answer: Response, fault: AnyFault | None) -> str:
    return answer.label if fault is None or isinstance(fault, _CODE_PRESERVING) else f"fault:{kind_of(fault)}"
