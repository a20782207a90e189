"""moto's server on a free port, as a process of its own that prints its URL as JSON on standard output."""

from __future__ import annotations

import json
import logging
import os
import sys
from typing import TYPE_CHECKING

# moto reads it when it is imported. Without it, every response would allow every page to read it.
os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.datastructures import EnvironHeaders
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from local.processes.moto_corrections import correct_moto
from workstation.loopback import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    Write = Callable[[bytes], object]
    ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

_SWITCH_SECONDS = 3600.0
# An uploaded object may be a page. If somebody opens it, its scripts do not run, and no frame shows it.
_HEADERS = [
    ("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Content-Type-Options", "nosniff"),
]


def main() -> None:
    """Serve until the process is killed."""
    # moto changes its queues and tables without locks. Another thread could receive the same message between "is it
    # visible" and "now it is not", or lose a new one while a queue is rebuilt without a deleted message. With a long
    # switch interval, threads switch only where they wait for input or output, so each request is atomic.
    sys.setswitchinterval(_SWITCH_SECONDS)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    correct_moto()
    moto = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, refuse_foreign_pages(moto), threaded=True, request_handler=MotoRequestHandler)
    print(json.dumps({"url": f"http://127.0.0.1:{server.server_port}"}), flush=True)  # noqa: T201 - the parent reads it
    server.serve_forever()


def refuse_foreign_pages(application: WSGIApplication) -> WSGIApplication:
    """Return an application that passes on only what ``workstation.loopback`` permits."""

    def respond(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None) -> Write:
            return start_response(status, [*headers, *_HEADERS], exc_info)

        if reason := refusal(EnvironHeaders(environ)):
            return Response(f"{reason}\n", 403)(environ, start)
        return application(environ, start)

    return respond


if __name__ == "__main__":
    main()
