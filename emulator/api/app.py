"""The web application: the guide's URLs, the control endpoints, and a response for every other URL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web

from emulator.api.analysis_endpoint import AnalysisEndpoint
from emulator.api.dispatcher import Dispatcher
from emulator.api.endpoint import Endpoint
from emulator.api.public_key_endpoint import PublicKeyEndpoint
from emulator.api.token_endpoints import TokenEndpoint
from emulator.api.verification_endpoint import VerificationEndpoint
from emulator.control.endpoints import ControlEndpoints
from emulator.control.state import EmulatorState
from emulator.domain.operations import ANALYSES, TOKEN_OPERATIONS
from workstation.loopback import refusal

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_BASE = r"/{version:v2\.[01]}/appkeys/{app_key}"


def create_app(state: EmulatorState) -> web.Application:
    """Return the aiohttp application. Its start and clean-up also start and stop the readers."""
    dispatcher = Dispatcher(state)
    endpoints: dict[str, Endpoint] = {
        f"{_BASE}/public-keys/{{service}}": PublicKeyEndpoint(state),
        **{f"{_BASE}/{name}": AnalysisEndpoint(state, name) for name in ANALYSES},
        f"{_BASE}/id-card/authenticity": VerificationEndpoint(state),
        **{f"/{name}": TokenEndpoint(state, name) for name in TOKEN_OPERATIONS},
    }
    app = web.Application(middlewares=[_refuse_foreign_pages])
    app.add_routes(ControlEndpoints(state).routes())
    for path, endpoint in endpoints.items():
        app.router.add_route("*", path, partial(dispatcher.dispatch, endpoint))
    app.router.add_route("*", "/{anything:.*}", dispatcher.unknown_url)
    app.on_startup.append(lambda _: state.readers.start())
    app.on_cleanup.append(partial(_stop_readers, state))
    return app


@web.middleware
async def _refuse_foreign_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    if reason := refusal(request.headers):
        return web.json_response({"error": reason}, status=403)
    return await handler(request)


async def _stop_readers(state: EmulatorState, _: web.Application) -> None:
    state.readers.stop()
