"""The endpoints that issue and revoke the access tokens of API v2.1 (facts, "v2.1: tokens"; RFC 6749, RFC 7009)."""

from __future__ import annotations

import base64
from functools import partial
from urllib.parse import parse_qsl

from aiohttp import web

from emulator.api.endpoint import PreparedCall, ReceivedBody
from emulator.api.request_body import read_form_body
from emulator.control.state import EmulatorState
from emulator.domain.operations import TokenOperation
from emulator.domain.responses import Response, TokenResponse
from emulator.domain.result_codes import Refusal


class TokenEndpoint:
    """One of the two: it checks the access key and the form, and then issues or revokes a token."""

    method = "POST"

    def __init__(self, state: EmulatorState, name: TokenOperation) -> None:
        self.name = name
        self._state = state

    async def receive(self, request: web.Request) -> bytes:
        """Read the body."""
        return await read_form_body(request, self._state.settings.body_seconds)

    async def prepare(self, request: web.Request, body: ReceivedBody) -> PreparedCall:
        """Check the request. A refusal is a response of RFC 6749, section 5.2."""
        if not self._state.credentials.accept_access_key(*_basic_credentials(request)):
            return _refused("invalid_client")
        form = {} if isinstance(body, Refusal) else _form(body)
        if self.name == "oauth2/token/revoke":
            return PreparedCall(partial(self._revoke, form["token"])) if form.get("token") else _refused()
        match form.get("grant_type"):
            case None | "":
                return _refused()
            case "client_credentials":
                return PreparedCall(self._create)
            case _:
                return _refused("unsupported_grant_type")

    async def _create(self) -> Response:
        tokens = self._state.tokens
        token, seconds = tokens.issue()
        expires_in = str(seconds) if tokens.expires_in_as_text else seconds
        return TokenResponse({"access_token": token, "token_type": "Bearer", "expires_in": expires_in})

    async def _revoke(self, token: str) -> Response:
        self._state.tokens.revoke(token)
        return TokenResponse({})


def _basic_credentials(request: web.Request) -> tuple[str, str]:
    """Return UserAccessKeyID and SecretAccessKey, or empty values if the header is missing or malformed."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        user_access_key_id, _, secret_access_key = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return (user_access_key_id, secret_access_key) if scheme.lower() == "basic" else ("", "")


def _form(body: bytes) -> dict[str, str]:
    """Return the form's members, or none for a malformed form or a repeated member (RFC 6749, section 3.2)."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True)
    except ValueError:
        return {}
    form = dict(pairs)
    return form if len(form) == len(pairs) else {}


def _refused(error: str = "invalid_request") -> PreparedCall:
    async def refuse() -> Response:
        return TokenResponse.refusal(error)

    return PreparedCall(refuse)
