"""The bounded workers in which images are decoded and read, away from the event loop."""

from __future__ import annotations

import asyncio
import multiprocessing
import pkgutil
import threading
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import TYPE_CHECKING

from emulator.codes import Code, Refusal
from emulator.image import ImageFacts, inspect_image
from emulator.keys import KeyService

if TYPE_CHECKING:
    from emulator.readers import Reader, Reading
    from emulator.readers.registry import ReaderKind

    Work = Future[tuple[ImageFacts, Reading | None]]

# Each worker, be it a thread or a process, has a reader of its own: engines are seldom made to be shared.
_worker = threading.local()


class ReaderPool:
    """Runs one kind of reader. `start` it before use, `stop` it afterwards.

    An image is given up after `seconds`, waiting included: the client learns that nothing was read, and so nothing
    billed, before it stops listening and would have to fear so.
    """

    def __init__(self, kind: ReaderKind, seconds: float) -> None:
        self._kind = kind
        self._seconds = seconds
        self._executor: Executor = self._new_executor()
        # What was given up while it was being read still has its worker: the next one waits here, where it can leave.
        self._idle = asyncio.Semaphore(kind.workers)

    async def start(self) -> None:
        """Make a reader in one worker, so that a reader that cannot be made stops the service at its start.

        Raises concurrent.futures.BrokenExecutor if it cannot.
        """
        await asyncio.get_running_loop().run_in_executor(self._executor, _is_ready)

    def stop(self) -> None:
        """Drop what waits and let the workers end."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    async def read(self, image: bytes, service: KeyService) -> tuple[ImageFacts, Reading | None]:
        """Return the image's own facts and what the reader found.

        Raises Refusal for an image that cannot be decoded or was not read in time (TEMPORARILY_UNAVAILABLE),
        BrokenExecutor if the worker died over it.
        """
        try:
            async with asyncio.timeout(self._seconds):
                return await self._in_turn(image, service)
        except TimeoutError:
            raise Refusal(Code.TEMPORARILY_UNAVAILABLE) from None

    async def _in_turn(self, image: bytes, service: KeyService) -> tuple[ImageFacts, Reading | None]:
        await self._idle.acquire()
        executor = self._executor
        try:
            return await asyncio.wrap_future(self._begin(executor, image, service))
        except BrokenExecutor:
            # One image that kills its worker must not end the service for all the others.
            if self._executor is executor:
                executor.shutdown(wait=False)
                self._executor = self._new_executor()
            raise

    def _begin(self, executor: Executor, image: bytes, service: KeyService) -> Work:
        """Hand an image to a worker, which is idle again when it is done with it, not when the image is given up."""
        loop = asyncio.get_running_loop()
        try:
            work = executor.submit(_read, image, service)
        except BaseException:
            self._idle.release()
            raise
        work.add_done_callback(lambda _: loop.call_soon_threadsafe(self._idle.release))
        return work

    def _new_executor(self) -> Executor:
        if self._kind.processes:
            # Forking a process that has threads may copy a held lock.
            spawn = multiprocessing.get_context("spawn")
            return ProcessPoolExecutor(self._kind.workers, spawn, _make_reader, (self._kind.factory,))
        return ThreadPoolExecutor(self._kind.workers, "reader", _make_reader, (self._kind.factory,))


def _make_reader(factory: str) -> None:
    _worker.reader = pkgutil.resolve_name(factory)()


def _is_ready() -> bool:
    return hasattr(_worker, "reader")


def _read(image: bytes, service: KeyService) -> tuple[ImageFacts, Reading | None]:
    facts = inspect_image(image)
    reader: Reader = _worker.reader
    return facts, reader.read(image, service)
