"""The guide's "Verify Authenticity API"."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from emulator.api.endpoint import Body, Job, content_of
from emulator.api.request_body import read_claim_body
from emulator.api.sealed_request import SealedRequest, check_credentials, header
from emulator.control.counters import digest
from emulator.control.state import State
from emulator.domain.claims import Claim, document_of, open_claim
from emulator.domain.envelope import Unreadable
from emulator.domain.operations import Operation
from emulator.domain.responses import Answer
from emulator.domain.result_codes import Code, Refusal


class Verification:
    """Judges a claim against what was read from the document that the Request-Key was issued for."""

    name: Operation = "id-card/authenticity"
    method = "POST"

    def __init__(self, state: State) -> None:
        self._state = state

    async def receive(self, request: web.Request) -> bytes:
        return await read_claim_body(request, self._state.settings.body_seconds)

    async def open(self, request: web.Request, body: Body) -> Job:
        check_credentials(request, self._state.credentials)
        request_key = header(request, "Request-Key")
        sealed = SealedRequest(request, self._state.keys.current("id-card"), self._state.counters)
        document, members = document_of(content_of(body))
        if document == "passport" and not self._state.settings.passport_request_keys:
            raise Refusal(Code.INVALID_PARAMETER)
        try:
            claim = open_claim(document, members, sealed.envelope)
        except Unreadable:
            raise sealed.not_opened() from None
        return Job(partial(self._judge, request_key, claim))

    async def _judge(self, request_key: str, claim: Claim) -> Answer:
        verdict = self._state.request_keys.judge(request_key, claim)
        self._state.counters.verdicts[digest(request_key.encode())] += 1
        return Answer.success({"isAuthenticity": verdict})
