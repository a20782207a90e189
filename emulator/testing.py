"""The service for tests: it runs in the test's process, on its own thread and event loop.

::

    with Emulator() as emulator:
        emulator.fault(ResultCode(result_code=4000006, times=3))
        ...  # call emulator.url with emulator.app_key and emulator.secret_key, or an access key
        assert emulator.counters().paid.total == 1
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from concurrent.futures import Future
from types import TracebackType
from typing import Self

from emulator.api.server import serve
from emulator.control.client import ControlClient
from emulator.control.settings import EmulatorSettings
from emulator.control.state import EmulatorState
from emulator.domain.clock import Clock
from emulator.readers.registry import READERS, ReaderKind


class Emulator(ControlClient):
    """A service that runs inside a ``with`` block. All calls, control calls included, go over HTTP.

    Parameters
    ----------
    tls_cert, tls_key
        PEM files. The certificate must be self-signed and valid for 127.0.0.1.
    clock
        Replaces the system's clock.

    The other parameters are those of `emulator.control.settings.EmulatorSettings`.
    """

    def __init__(
        self,
        *,
        reader: ReaderKind = READERS["specimen"],
        max_image_bytes: int = EmulatorSettings.max_image_bytes,
        gateway: bool = False,
        gateway_max_bytes: int = EmulatorSettings.gateway_max_bytes,
        passport_request_keys: bool = False,
        body_seconds: float = EmulatorSettings.body_seconds,
        reading_seconds: float = EmulatorSettings.reading_seconds,
        tls_cert: str | None = None,
        tls_key: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__("", ca_file=tls_cert)
        self.app_key = secrets.token_urlsafe(12)
        self.secret_key = secrets.token_urlsafe(24)
        self.user_access_key_id = secrets.token_urlsafe(15)
        self.secret_access_key = secrets.token_urlsafe(24)
        self._settings = EmulatorSettings(
            app_key=self.app_key,
            secret_key=self.secret_key,
            user_access_key_id=self.user_access_key_id,
            secret_access_key=self.secret_access_key,
            reader=reader,
            max_image_bytes=max_image_bytes,
            gateway=gateway,
            gateway_max_bytes=gateway_max_bytes,
            passport_request_keys=passport_request_keys,
            body_seconds=body_seconds,
            reading_seconds=reading_seconds,
            tls_cert=tls_cert,
            tls_key=tls_key,
        )
        self._clock = clock
        self._ready: Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="emulator", daemon=True)

    def __enter__(self) -> Self:
        """Start the service. An error during start-up is raised here."""
        self._thread.start()
        self.url, self._loop, self._stop = self._ready.result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop the service and wait for its thread to end."""
        self.close()
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _run(self) -> None:
        stop = asyncio.Event()
        try:
            async with serve(EmulatorState(self._settings, self._clock)) as url:
                self._ready.set_result((url, asyncio.get_running_loop(), stop))
                await stop.wait()
        except Exception as error:
            if self._ready.done():
                raise
            self._ready.set_exception(error)
