"""The guide's three analysis operations: credit card, ID card, ID card stand-alone."""

from __future__ import annotations

import asyncio
from functools import partial

from aiohttp import web

from emulator.api.endpoint import PreparedCall, ReceivedBody, require_content
from emulator.api.request_body import read_image_part
from emulator.api.results import belongs_to_service, build_result
from emulator.api.sealed_request import SealedRequest, check_credentials
from emulator.control.counters import digest
from emulator.control.state import EmulatorState
from emulator.domain.api_versions import ApiVersion
from emulator.domain.envelope import DecryptionError, Envelope
from emulator.domain.expected_claim import expected_claim
from emulator.domain.operations import Analysis, key_service_of
from emulator.domain.readings import DocumentReading
from emulator.domain.responses import ApiResponse
from emulator.domain.result_codes import Code, Refusal


class AnalysisEndpoint:
    """Decrypts an image, passes it to a reader and returns the recognised fields, encrypted."""

    method = "POST"

    def __init__(self, state: EmulatorState, name: Analysis) -> None:
        self.name = name
        self._state = state
        self._service = key_service_of(name)

    async def receive(self, request: web.Request) -> bytes:
        """Read the body."""
        settings = self._state.settings
        return await read_image_part(request, settings.max_image_bytes, settings.body_seconds)

    async def prepare(self, request: web.Request, body: ReceivedBody) -> PreparedCall:
        """Check the request."""
        version = check_credentials(request, self._state)
        sealed = SealedRequest(request, self._state.keys.current(version, self._service), self._state.counters)
        image, image_digest = await asyncio.to_thread(self._decrypt_image, sealed, require_content(body))
        return PreparedCall(partial(self._analyze, version, sealed.envelope, image, image_digest), image_digest)

    def _decrypt_image(self, sealed: SealedRequest, ciphertext: bytes) -> tuple[bytes, str]:
        if not ciphertext:
            raise Refusal(Code.EMPTY_FILE)
        try:
            image = sealed.envelope.open(ciphertext)
        except DecryptionError:
            raise sealed.decryption_refusal() from None
        if len(image) > self._state.settings.max_image_bytes:
            raise Refusal(Code.TOO_LARGE)
        return image, digest(image)

    async def _analyze(self, version: ApiVersion, envelope: Envelope, image: bytes, image_digest: str) -> ApiResponse:
        image_properties, reading = await self._state.readers.read(image, self._service)
        if reading is None or not belongs_to_service(reading.document, self._service):
            raise Refusal(Code.CARD_NOT_FOUND if self._service == "credit-card" else Code.ID_CARD_NOT_FOUND)
        self._state.counters.paid[image_digest] += 1
        return ApiResponse.success(
            build_result(image_properties, reading), envelope, self._request_key(version, reading)
        )

    def _request_key(self, version: ApiVersion, reading: DocumentReading) -> dict[str, str]:
        """Return the response header Request-Key, or no header for documents that cannot be verified."""
        verifiable = reading.document != "passport" or self._state.settings.passport_request_keys
        if self.name != "id-card" or not verifiable:
            return {}
        return {"Request-Key": self._state.request_keys.issue(version, reading.document, expected_claim(reading))}
