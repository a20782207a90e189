"""The console's server on a free port of 127.0.0.1, with its own thread and event loop."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from concurrent.futures import Future
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from aiohttp import web

from emulator.control.client import ControlClient
from local.console.faults import FaultSwitch
from local.console.guard import Guard, guarded_application
from local.console.journal_follower import JournalFollower
from local.console.log_follower import LogFollower
from local.console.metrics import Metrics
from local.console.observer import ConsoleObserver
from local.console.parked import ParkedDocuments
from local.console.poller import Poller
from local.console.record import Record
from local.console.results_forwarder import ResultsForwarder
from local.console.routes import MAX_UPLOAD_BYTES, ConsoleServices, Routes
from local.console.static_files import static_routes
from local.console.uploads import Uploads
from local.processes.aws_clients import REGION

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from local.pipeline.pipeline import Pipeline
    from workstation.sealed_messages import Opener


class Console:
    """The browser console. A context manager that serves until the end of its block.

    Parameters
    ----------
    port : int
        The port to listen on. 0 means any free one.

    Attributes
    ----------
    observer : ConsoleObserver
        The observer that the pipeline must be started with.
    url : str
        The address with the token, after entering. Anyone who knows it can use the console.
    single_use_url : str
        An address that leads to ``url`` once, after entering. A browser is started with it: the list of processes shows
        it to the other users of the machine.

    Raises
    ------
    OSError
        If the port is not free.
    """

    def __init__(self, port: int = 0) -> None:
        # The port is taken before the pipeline starts, which takes seconds.
        self._socket = socket.create_server(("127.0.0.1", port))
        self._record = Record()
        self.observer = ConsoleObserver(self._record)
        self._guard = Guard()
        self._stack = ExitStack()
        self._ready: Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    def attach(self, pipeline: Pipeline, logs: Path, opener: Opener | None = None) -> Self:
        """Attach the started pipeline and the log folder of its functions. ``opener`` opens sealed messages."""

        def control() -> ControlClient | None:
            # One client per thread, because a client has a single connection.
            return ControlClient(pipeline.ocr_url) if pipeline.emulated else None

        results = pipeline.output("ResultsQueueUrl")
        workers: list[ResultsForwarder | Poller] = [
            ResultsForwarder(self._record, pipeline.aws.sqs, self.observer.forwarder_queue, results, opener),
            Poller(LogFollower(self._record, logs).poll, 0.2),
            Poller(Metrics(self._record, pipeline, control()).poll, 1),
        ]
        if journal_client := control():
            workers.append(Poller(JournalFollower(self._record, journal_client).poll, 0.1))
        for worker in workers:
            self._stack.callback(worker.stop)
            worker.start()
        services = ConsoleServices(
            self._record,
            Uploads(self._record, pipeline),
            ParkedDocuments(pipeline),
            FaultSwitch(self._record, fault_client) if (fault_client := control()) else None,
            pipeline.verify_url,
            {
                "aws": pipeline.aws.url,
                "bucket": pipeline.output("ImageBucketName"),
                "results": results,
                "verify": pipeline.verify_url,
                "region": REGION,
            },
            pipeline.reader,
        )
        self._app = guarded_application(self._guard, MAX_UPLOAD_BYTES)
        self._app.add_routes([self._guard.route(), *static_routes(), *Routes(services).routes()])
        return self

    def __enter__(self) -> Self:
        """Start serving. An error during the start is raised here."""
        thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="console", daemon=True)
        thread.start()
        host, loop, stop = self._ready.result()
        self._stack.callback(thread.join, 5)
        self._stack.callback(loop.call_soon_threadsafe, stop.set)
        self.url = f"http://{host}/#{self._guard.token}"
        self.single_use_url = f"http://{host}{self._guard.single_use_path}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving and polling."""
        self._stack.close()

    async def _serve(self) -> None:
        # aiohttp logs neither requests nor failures: they contain paths and file names.
        silent = logging.getLogger("local.console.http")
        silent.disabled = True
        runner = web.AppRunner(self._app, access_log=None, logger=silent, shutdown_timeout=0.2)
        try:
            await runner.setup()
            await web.SockSite(runner, self._socket).start()
            stop = asyncio.Event()
            self._ready.set_result((f"127.0.0.1:{runner.addresses[0][1]}", asyncio.get_running_loop(), stop))
            await stop.wait()
        except Exception as error:
            if self._ready.done():
                raise
            self._ready.set_exception(error)
        finally:
            await runner.cleanup()
