"""A bounded pool of workers that decode and read images outside the event loop."""

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
    from emulator.domain.readings import DocumentReading
    from emulator.readers.reader import Reader
    from emulator.readers.registry import ReaderKind

# Each worker (thread or process) has its own reader, because most OCR engines cannot be shared.
_worker = threading.local()


class ReaderPool:
    """Runs one kind of reader. Call `start` before use and `stop` afterwards.

    Parameters
    ----------
    kind
        The kind of reader.
    seconds
        The time limit for an image, queueing included. It must be shorter than a client's timeout: the client then gets
        a refusal, which is not billed, instead of a timeout, after which it must assume a billed analysis.
    """

    def __init__(self, kind: ReaderKind, seconds: float) -> None:
        self._kind = kind
        self._seconds = seconds
        self._executor: Executor = self._new_executor()

    async def start(self) -> None:
        """Create a reader in one worker, so that an unusable reader fails the start of the service.

        Raises
        ------
        concurrent.futures.BrokenExecutor
            The reader cannot be created.
        """
        await asyncio.get_running_loop().run_in_executor(self._executor, _is_ready)

    def stop(self) -> None:
        """Cancel the waiting images and stop the workers."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    async def read(self, image: bytes, service: KeyService) -> tuple[ImageProperties, DocumentReading | None]:
        """Return the properties of an image and the reading, if the image shows a document.

        Raises
        ------
        Refusal
            The image cannot be decoded, or it was not read in time (TEMPORARILY_UNAVAILABLE).
        concurrent.futures.BrokenExecutor
            The worker process died.
        """
        executor = self._executor
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.get_running_loop().run_in_executor(executor, _read, image, service)
        except TimeoutError:
            raise Refusal(Code.TEMPORARILY_UNAVAILABLE) from None
        except BrokenExecutor:
            # An image that kills its worker must not break the service for other images.
            if self._executor is executor:
                executor.shutdown(wait=False)
                self._executor = self._new_executor()
            raise

    def _new_executor(self) -> Executor:
        if self._kind.processes:
            # A fork of a process with threads may copy a held lock.
            spawn = multiprocessing.get_context("spawn")
            return ProcessPoolExecutor(self._kind.workers, spawn, _make_reader, (self._kind.factory,))
        return ThreadPoolExecutor(self._kind.workers, "reader", _make_reader, (self._kind.factory,))


def _make_reader(factory: str) -> None:
    _worker.reader = pkgutil.resolve_name(factory)()


def _is_ready() -> bool:
    return hasattr(_worker, "reader")


def _read(image: bytes, service: KeyService) -> tuple[ImageProperties, DocumentReading | None]:
    image_properties = inspect_image(image)
    reader: Reader = _worker.reader
    return image_properties, reader.read(image, service)
