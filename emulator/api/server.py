"""The HTTP server of the service."""

from __future__ import annotations

import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from emulator.api.app import create_app
from emulator.control.settings import EmulatorSettings
from emulator.control.state import EmulatorState
from workstation.loopback import require_loopback

# Short, because some faults produce responses that never end.
_SHUTDOWN_SECONDS = 0.2


@asynccontextmanager
async def serve(state: EmulatorState, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve inside a ``with`` block and yield the URL. Port 0 selects a free port.

    Raises
    ------
    NotLoopbackError
        If other machines could reach ``host``.
    """
    require_loopback(host)
    runner = web.AppRunner(
        create_app(state),
        access_log=None,  # access log lines would contain the appKey
        logger=_silent_logger(),
        shutdown_timeout=_SHUTDOWN_SECONDS,
    )
    try:
        await runner.setup()
        context = _tls_context(state.settings)
        await web.TCPSite(runner, host, port, ssl_context=context).start()
        bound_port = runner.addresses[0][1]
        shown_host = f"[{host}]" if ":" in host else host
        yield f"{'https' if context else 'http'}://{shown_host}:{bound_port}"
    finally:
        await runner.cleanup()


def _tls_context(settings: EmulatorSettings) -> ssl.SSLContext | None:
    if settings.tls_cert is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.tls_cert, settings.tls_key)
    return context


def _silent_logger() -> logging.Logger:
    """Return a disabled logger: aiohttp's error messages quote request lines and headers."""
    logger = logging.getLogger("emulator.http")
    logger.disabled = True
    return logger
