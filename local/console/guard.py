"""Access control for the console: only its own page, opened with the token, is let in.

The token is in the fragment of the address, which browsers never send. The page returns it in a header, and no other
page can make a browser send that header. A cookie would protect less: browsers share cookies between all ports of
127.0.0.1, so every server there would receive it.
"""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING

from aiohttp import web

from workstation.loopback import refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

TOKEN_HEADER = "X-Console-Token"  # noqa: S105 - a header's name
_SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
        "trusted-types 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_log = logging.getLogger(__name__)


class Guard:
    """Decides which requests are allowed. API requests must send ``token``."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(32)
        self.single_use_path = f"/open/{secrets.token_urlsafe(32)}"
        self._unused = True

    def route(self) -> web.RouteDef:
        """Return the route of the path that leads to the page with its token, once."""

        async def redirect(_request: web.Request) -> web.StreamResponse:
            if not self._unused:
                raise web.HTTPForbidden(text="this address worked once: open the one that the terminal shows")
            self._unused = False
            return web.Response(status=303, headers={"Location": f"/#{self.token}"})

        # Not HEAD: it would use up the address without opening the page.
        return web.get(self.single_use_path, redirect, allow_head=False)

    def refusal(self, request: web.Request) -> str | None:
        """Return the reason why a request is refused, or None if it is allowed."""
        if reason := refusal(request.headers, serves_page=True):
            return reason
        if not request.path.startswith("/api/"):
            return None
        given = request.headers.get(TOKEN_HEADER, "")
        if not secrets.compare_digest(given.encode(errors="surrogateescape"), self.token.encode()):
            return "the token is missing: open the address that the terminal shows"
        return None


def guarded_application(guard: Guard, max_body_size: int) -> web.Application:
    """Return an application that refuses what the guard refuses and reports errors as sentences in JSON.

    Parameters
    ----------
    guard : Guard
        Decides which requests are allowed.
    max_body_size : int
        The maximum size of a request body in bytes.
    """

    @web.middleware
    async def check_access(request: web.Request, handler: Handler) -> web.StreamResponse:
        if reason := guard.refusal(request):
            return error_response(403, reason)
        try:
            return await handler(request)
        except web.HTTPException as error:
            return error_response(error.status, error.text or error.reason)
        except Exception as error:  # noqa: BLE001 - the error's text may quote personal data
            _log.error("the console failed: %s", type(error).__name__)
            return error_response(500, f"internal error: {type(error).__name__}")

    async def add_security_headers(_request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(_SECURITY_HEADERS)

    app = web.Application(middlewares=[check_access], client_max_size=max_body_size)
    app.on_response_prepare.append(add_security_headers)
    return app


def error_response(status: int, sentence: str) -> web.Response:
    """Return a response with a reason."""
    return web.json_response({"error": sentence}, status=status)
