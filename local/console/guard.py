"""Who may speak to the console: the page that it served itself, opened by whoever was given the token.

The token stands in the address's fragment, which browsers send to nobody, and comes back in a header that no other
page can make a browser send. A cookie would do less: browsers keep one for all ports of 127.0.0.1, and send it to
every server there.
"""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADER = "X-Console-Token"
_HEADERS = {
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
    """``token`` is what a caller has to know."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(32)
        self._host = ""

    def at(self, host: str) -> None:
        """Take note of where the console is: ``host:port``. Before that it answers nobody."""
        self._host = host

    def refusal(self, request: web.Request) -> str | None:
        """Return the sentence with which the request is refused, or None."""
        # A name that an attacker's DNS points at this machine would make its page ours.
        if not self._host or request.headers.get("Host") != self._host:
            return "the console answers under its own address alone"
        if request.headers.get("Origin", f"http://{self._host}") != f"http://{self._host}":
            return "the console answers its own page alone"
        if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            return "the console answers its own page alone"
        if not request.path.startswith("/api/"):
            return None
        given = request.headers.get(HEADER, "")
        if not secrets.compare_digest(given.encode(errors="surrogateescape"), self.token.encode()):
            return "the token is missing: open the address that the terminal shows"
        return None


def guarded(guard: Guard, largest: int) -> web.Application:
    """Return an application that lets nobody in whom the guard refuses; its errors are sentences in JSON.

    ``largest`` is the most bytes that a body may have.
    """

    @web.middleware
    async def guarding(request: web.Request, handler: Handler) -> web.StreamResponse:
        if refused := guard.refusal(request):
            return problem(403, refused)
        try:
            return await handler(request)
        except web.HTTPException as error:
            return problem(error.status, error.text or error.reason)
        except Exception as error:  # noqa: BLE001 - its text may quote what was uploaded
            _log.error("the console failed: %s", type(error).__name__)
            return problem(500, f"that failed: {type(error).__name__}")

    async def harden(_request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(_HEADERS)

    app = web.Application(middlewares=[guarding], client_max_size=largest)
    app.on_response_prepare.append(harden)
    return app


def problem(status: int, sentence: str) -> web.Response:
    """Return an answer that says why not."""
    return web.json_response({"error": sentence}, status=status)
