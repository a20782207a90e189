"""The bounded workers in which images are decoded and read, away from the event loop."""

from __future__ import annotations

import asyncio
import multiprocessing
import pkgutil
import threading
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from typing import TYPE_CHECKING

from emulator.domain.image_properties import ImageProperties, inspect_image
from emulator.domain.key_pairs import KeyService
from emulator.domain.result_codes import Code, Refusal

if TYPE_CHECKING:
    from emulator.domain.readings import Reading
    from emulator.readers.reader import Reader
    from emulator.readers.registry import ReaderKind

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

    async def start(self) -> None:
        """Make a reader in one worker, so that a reader that cannot be made stops the service at its start.

        Raises concurrent.futures.BrokenExecutor if it cannot.
        """
        await asyncio.get_running_loop().run_in_executor(self._executor, _is_ready)

    def stop(self) -> None:
        """Drop what waits and let the workers end."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    async def read(self, image: bytes, service: KeyService) -> tuple[ImageProperties, Reading | None]:
        """Return the image's own facts and what the reader found.

        Raises Refusal for an image that cannot be decoded or was not read in time (TEMPORARILY_UNAVAILABLE),
        BrokenExecutor if the worker died over it.
        """
        executor = self._executor
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.get_running_loop().run_in_executor(executor, _read, image, service)
        except TimeoutError:
            raise Refusal(Code.TEMPORARILY_UNAVAILABLE) from None
        except BrokenExecutor:
            # One image that kills its worker must not end the service for all the others.
            if self._executor is executor:
                executor.shutdown(wait=False)
                self._executor = self._new_executor()
            raise

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


def _read(image: bytes, service: KeyService) -> tuple[ImageProperties, Reading | None]:
    image_properties = inspect_image(image)
    reader: Reader = _worker.reader
    return image_properties, reader.read(image, service)
