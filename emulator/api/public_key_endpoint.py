"""The guide's operation "Issue Public Key"."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from emulator.api.endpoint import PreparedCall, ReceivedBody
from emulator.api.sealed_request import check_credentials
from emulator.control.state import EmulatorState
from emulator.domain.api_versions import ApiVersion
from emulator.domain.key_pairs import KEY_SERVICES, KeyService
from emulator.domain.operations import Operation
from emulator.domain.responses import ApiResponse
from emulator.domain.result_codes import Code, Refusal


class PublicKeyEndpoint:
    """Returns the current public key of a key service."""

    name: Operation = "public-keys"
    method = "GET"

    def __init__(self, state: EmulatorState) -> None:
        self._state = state

    async def receive(self, request: web.Request) -> bytes:
        """Read the body."""
        return b""

    async def prepare(self, request: web.Request, body: ReceivedBody) -> PreparedCall:
        """Check the request."""
        version = check_credentials(request, self._state)
        requested = request.match_info["service"]
        service = next((service for service in KEY_SERVICES if service == requested), None)
        if service is None:
            raise Refusal(Code.INVALID_PARAMETER)
        return PreparedCall(partial(self._issue, version, service))

    async def _issue(self, version: ApiVersion, service: KeyService) -> ApiResponse:
        self._state.counters.public_key_fetches[service] += 1
        return ApiResponse.success(self._state.keys.published(version, service))
