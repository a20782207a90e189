"""The service put together: the guide's URLs, the control endpoints, and an answer for every other URL."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from emulator.api.analysis_endpoint import ImageAnalysis
from emulator.api.dispatcher import Service
from emulator.api.endpoint import Endpoint
from emulator.api.public_key_endpoint import PublicKeyIssue
from emulator.api.verification_endpoint import Verification
from emulator.control.endpoints import Control
from emulator.control.state import State
from emulator.domain.operations import ANALYSES

_BASE = "/v2.0/appkeys/{app_key}"


def create_app(state: State) -> web.Application:
    """Return the aiohttp application; it starts and stops the readers with itself."""
    service = Service(state)
    endpoints: dict[str, Endpoint] = {
        "/public-keys/{service}": PublicKeyIssue(state),
        **{f"/{name}": ImageAnalysis(state, name) for name in ANALYSES},
        "/id-card/authenticity": Verification(state),
    }
    app = web.Application()
    app.add_routes(Control(state).routes())
    for path, endpoint in endpoints.items():
        app.router.add_route("*", _BASE + path, partial(service.serve, endpoint))
    app.router.add_route("*", "/{anything:.*}", service.unknown_url)
    app.on_startup.append(lambda _: state.readers.start())
    app.on_cleanup.append(partial(_stop_readers, state))
    return app


async def _stop_readers(state: State, _: web.Application) -> None:
    state.readers.stop()
