"""The control endpoints under ``/_emulator/``. README.md describes them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Literal, TypeVar

import msgspec
from aiohttp import web

from emulator.control.counters import Counters
from emulator.control.state import EmulatorState
from emulator.domain.access_tokens import TokenStore
from emulator.domain.credentials import AcceptedCredentials
from emulator.domain.key_pairs import KEY_SERVICES, KeyService, new_private_key
from emulator.domain.malformed_keys import MalformedKey
from emulator.faults.fault_queue import parse_fault

Body = TypeVar("Body")
Handler = Callable[[web.Request], Awaitable[web.Response]]


class _ControlRequest(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """The JSON body of a control request."""


class Rotation(_ControlRequest):
    """A key rotation. `after` is the number of sealed calls that still use the previous key."""

    service: KeyService | Literal["*"] = "*"
    after: Annotated[int, msgspec.Meta(ge=0)] = 0
    bits: Literal[1024, 2048, 4096] = 2048


class KeyReplacement(_ControlRequest):
    """The malformed key that "Issue Public Key" returns; null restores the real key."""

    key: MalformedKey | None
    service: KeyService | Literal["*"] = "*"


class CredentialsChange(_ControlRequest):
    """New accepted credentials. A missing member keeps its value."""

    app_key: str | None = None
    secret_key: str | None = None
    user_access_key_id: str | None = None
    secret_access_key: str | None = None
    refused: bool | None = None
    lacks_role: bool | None = None


class TokensChange(_ControlRequest):
    """How tokens are issued from now on. A missing member keeps its value."""

    lifetime_seconds: Annotated[float, msgspec.Meta(ge=0)] | None = None
    reused: bool | None = None
    expires_in_as_text: bool | None = None


class ClockShift(_ControlRequest):
    """The seconds by which the service's clock is ahead."""

    shift_seconds: float


class ControlEndpoints:
    """Show and change the state of the service."""

    def __init__(self, state: EmulatorState) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of all control endpoints."""
        return [
            web.post("/_emulator/faults", _with_error_response(self._add_fault)),
            web.delete("/_emulator/faults", _with_error_response(self._clear_faults)),
            web.get("/_emulator/counters", _with_error_response(self._show_counters), allow_head=False),
            web.delete("/_emulator/counters", _with_error_response(self._reset_counters)),
            web.get("/_emulator/symmetric-keys", _with_error_response(self._show_symmetric_keys), allow_head=False),
            web.get("/_emulator/journal", _with_error_response(self._show_journal), allow_head=False),
            web.post("/_emulator/rotations", _with_error_response(self._rotate)),
            web.put("/_emulator/public-keys", _with_error_response(self._publish)),
            web.put("/_emulator/credentials", _with_error_response(self._accept)),
            web.put("/_emulator/tokens", _with_error_response(self._change_tokens)),
            web.delete("/_emulator/tokens", _with_error_response(self._revoke_tokens)),
            web.put("/_emulator/clock", _with_error_response(self._shift_clock)),
            web.delete("/_emulator", _with_error_response(self._reset)),
        ]

    async def _add_fault(self, request: web.Request) -> web.Response:
        self._state.faults.add(parse_fault(await request.read()))
        return _done()

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self._state.faults.clear()
        return _done()

    async def _show_counters(self, request: web.Request) -> web.Response:
        return web.json_response(self._state.counters.snapshot())

    async def _reset_counters(self, request: web.Request) -> web.Response:
        self._state.counters = Counters()
        return _done()

    async def _show_symmetric_keys(self, request: web.Request) -> web.Response:
        return web.json_response(self._state.counters.symmetric_keys())

    async def _show_journal(self, request: web.Request) -> web.Response:
        return web.json_response(self._state.journal.since(int(request.query.get("after", "0"))))

    async def _rotate(self, request: web.Request) -> web.Response:
        rotation = await _decode(request, Rotation)
        for service in _services(rotation.service):
            private_key = await asyncio.to_thread(new_private_key, rotation.bits)
            if rotation.after:
                self._state.keys.rotate_after(service, rotation.after, private_key)
            else:
                self._state.keys.rotate(service, private_key)
        return _done()

    async def _publish(self, request: web.Request) -> web.Response:
        publication = await _decode(request, KeyReplacement)
        for service in _services(publication.service):
            self._state.keys.replace_published(service, publication.key)
        return _done()

    async def _accept(self, request: web.Request) -> web.Response:
        change = await _decode(request, CredentialsChange)
        _apply(change, self._state.credentials)
        if change.user_access_key_id is not None or change.secret_access_key is not None:
            self._state.tokens.revoke_all()  # the previous access key is stopped
        return _done()

    async def _change_tokens(self, request: web.Request) -> web.Response:
        _apply(await _decode(request, TokensChange), self._state.tokens)
        return _done()

    async def _revoke_tokens(self, request: web.Request) -> web.Response:
        self._state.tokens.revoke_all()
        return _done()

    async def _shift_clock(self, request: web.Request) -> web.Response:
        self._state.clock.shift_seconds = (await _decode(request, ClockShift)).shift_seconds
        return _done()

    async def _reset(self, request: web.Request) -> web.Response:
        self._state.reset()
        return _done()


def _apply(change: _ControlRequest, target: AcceptedCredentials | TokenStore) -> None:
    """Set the attributes that the change names. The others keep their value."""
    for name, value in msgspec.structs.asdict(change).items():
        if value is not None:
            setattr(target, name, value)


def _services(service: KeyService | Literal["*"]) -> tuple[KeyService, ...]:
    return KEY_SERVICES if service == "*" else (service,)


def _done() -> web.Response:
    return web.json_response({"done": True})


async def _decode(request: web.Request, kind: type[Body]) -> Body:
    return msgspec.json.decode(await request.read(), type=kind)


def _with_error_response(handler: Handler) -> Handler:
    """Wrap a handler: an invalid request gets HTTP 400 and an error message."""

    async def checked(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except ValueError as error:  # msgspec's errors are ValueErrors
            return web.json_response({"error": str(error)}, status=400)

    return checked
