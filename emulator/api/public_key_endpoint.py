"""The guide's "Issue Public Key"."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from emulator.api.endpoint import Body, Job
from emulator.api.sealed_request import check_credentials
from emulator.control.state import State
from emulator.domain.key_pairs import KEY_SERVICES, KeyService
from emulator.domain.operations import Operation
from emulator.domain.responses import Answer
from emulator.domain.result_codes import Code, Refusal


class PublicKeyIssue:
    """Hands out the current public key of a service."""

    name: Operation = "public-keys"
    method = "GET"

    def __init__(self, state: State) -> None:
        self._state = state

    async def receive(self, request: web.Request) -> bytes:
        return b""

    async def open(self, request: web.Request, body: Body) -> Job:
        check_credentials(request, self._state.credentials)
        asked = request.match_info["service"]
        service = next((service for service in KEY_SERVICES if service == asked), None)
        if service is None:
            raise Refusal(Code.INVALID_PARAMETER)
        return Job(partial(self._issue, service))

    async def _issue(self, service: KeyService) -> Answer:
        self._state.counters.public_key_fetches[service] += 1
        return Answer.success(self._state.keys.published(service))
