"""The guide's operation "Verify Authenticity"."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from emulator.api.endpoint import PreparedCall, ReceivedBody, require_content
from emulator.api.request_body import read_claim_body
from emulator.api.sealed_request import SealedRequest, check_credentials, header
from emulator.control.counters import digest
from emulator.control.state import EmulatorState
from emulator.domain.api_versions import ApiVersion
from emulator.domain.claims import Claim, decrypt_claim, parse_claim_body
from emulator.domain.envelope import DecryptionError
from emulator.domain.operations import Operation
from emulator.domain.responses import ApiResponse
from emulator.domain.result_codes import Code, Refusal


class VerificationEndpoint:
    """Compares a claim with the document for which the Request-Key was issued."""

    name: Operation = "id-card/authenticity"
    method = "POST"

    def __init__(self, state: EmulatorState) -> None:
        self._state = state

    async def receive(self, request: web.Request) -> bytes:
        """Read the body."""
        return await read_claim_body(request, self._state.settings.body_seconds)

    async def prepare(self, request: web.Request, body: ReceivedBody) -> PreparedCall:
        """Check the request."""
        version = check_credentials(request, self._state)
        request_key = header(request, "Request-Key")
        sealed = SealedRequest(request, self._state.keys.current(version, "id-card"), self._state.counters)
        document, members = parse_claim_body(require_content(body))
        if document == "passport" and not self._state.settings.passport_request_keys:
            raise Refusal(Code.INVALID_PARAMETER)
        try:
            claim = decrypt_claim(document, members, sealed.envelope)
        except DecryptionError:
            raise sealed.decryption_refusal() from None
        return PreparedCall(partial(self._verify, version, request_key, claim))

    async def _verify(self, version: ApiVersion, request_key: str, claim: Claim) -> ApiResponse:
        verdict = self._state.request_keys.verify(version, request_key, claim)
        self._state.counters.verdicts[digest(request_key.encode())] += 1
        return ApiResponse.success({"isAuthenticity": verdict})
