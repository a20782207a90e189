"""The console on a free port of 127.0.0.1, on a thread and an event loop of its own."""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import Future
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from aiohttp import web

from emulator.control.client import ControlClient
from local.console.delivery_observer import Deliveries
from local.console.faults import Switch
from local.console.gauges import Gauges
from local.console.guard import Guard, guarded
from local.console.inbox import Inbox
from local.console.journal_follower import Wire
from local.console.log_follower import Said
from local.console.poller import Looking
from local.console.record import Record
from local.console.routes import LARGEST_UPLOAD, Parts, Routes
from local.console.static_files import pages
from local.console.uploads import Uploads

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from local.pipeline.pipeline import Pipeline


class Console:
    """Serves from ``with`` to the end of its block; ``url`` is for whoever may use it, and no one else.

    ``watcher`` is what the pipeline has to be started with.
    """

    def __init__(self) -> None:
        self._record = Record()
        self.watcher = Deliveries(self._record)
        self._guard = Guard()
        self._stack = ExitStack()
        self._ready: Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    def of(self, pipeline: Pipeline, logs: Path) -> Self:
        """Take the pipeline, started, and the folder that its functions log into."""

        def control() -> ControlClient | None:
            # One for each thread: it holds one connection.
            return ControlClient(pipeline.ocr_url) if pipeline.emulated else None

        results = pipeline.output("ResultsQueueUrl")
        parts: list[Inbox | Looking] = [
            Inbox(self._record, pipeline.aws.sqs, self.watcher.inbox, results),
            Looking(Said(self._record, logs).look, 0.2),
            Looking(Gauges(self._record, pipeline, control()).look, 1),
        ]
        if service := control():
            parts.append(Looking(Wire(self._record, service).look, 0.1))
        for part in parts:
            self._stack.callback(part.stop)
            part.start()
        routes = Parts(
            self._record,
            Uploads(self._record, pipeline),
            Switch(self._record, service) if (service := control()) else None,
            pipeline.verify_url,
            pipeline.reader,
        )
        self._app = guarded(self._guard, LARGEST_UPLOAD)
        self._app.add_routes([*pages(), *Routes(routes).routes()])
        return self

    def __enter__(self) -> Self:
        """Begin to serve; raises what kept it from starting."""
        thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="console", daemon=True)
        thread.start()
        host, loop, stop = self._ready.result()
        self._stack.callback(thread.join, 5)
        self._stack.callback(loop.call_soon_threadsafe, stop.set)
        self.url = f"http://{host}/#{self._guard.token}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving, and looking."""
        self._stack.close()

    async def _serve(self) -> None:
        # Neither its requests nor its failures are logged by aiohttp: they quote paths and file names.
        silent = logging.getLogger("local.console.http")
        silent.disabled = True
        runner = web.AppRunner(self._app, access_log=None, logger=silent, shutdown_timeout=0.2)
        try:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            host = f"127.0.0.1:{runner.addresses[0][1]}"
            self._guard.at(host)
            stop = asyncio.Event()
            self._ready.set_result((host, asyncio.get_running_loop(), stop))
            await stop.wait()
        except Exception as error:
            if self._ready.done():
                raise
            self._ready.set_exception(error)
        finally:
            await runner.cleanup()
