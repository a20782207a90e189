"""A bounded pool of workers that decode and read images outside the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import pkgutil
import resource
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

    Read = tuple[ImageProperties, DocumentReading | None]

logger = logging.getLogger(__name__)
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
        self._executor: Executor = self._new_executor(kind.workers)
        self._one_alone = asyncio.Lock()

    async def start(self) -> None:
        """Start all workers and wait for the first, so that an unusable reader fails the start of the service.

        Created on demand, the others would still load their engines while the first images wait.

        Raises
        ------
        concurrent.futures.BrokenExecutor
            The reader cannot be created.
        """
        first, *_others = [self._executor.submit(_is_ready) for _ in range(self._kind.workers)]
        await asyncio.wrap_future(first)

    def stop(self) -> None:
        """Cancel the waiting images and stop the workers."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    async def read(self, image: bytes, service: KeyService) -> Read:
        """Return the properties of an image and the reading, if the image shows a document.

        Raises
        ------
        Refusal
            The image cannot be decoded, or it was not read in time (TEMPORARILY_UNAVAILABLE), or the reader failed on
            it (CARD_NOT_RECOGNISED, ID_CARD_NOT_RECOGNISED). The last is final: the reader would fail on it again.
        """
        try:
            async with asyncio.timeout(self._seconds):
                try:
                    return await self._read_beside_others(image, service)
                except BrokenExecutor:
                    return await self._read_alone(image, service)
        except TimeoutError:
            raise Refusal(Code.TEMPORARILY_UNAVAILABLE) from None
        except Refusal:
            raise
        except Exception as error:  # noqa: BLE001 - a reader may raise anything, and the message may contain values
            logger.warning("the reader failed on an image: %s", type(error).__name__)
            card = service == "credit-card"
            raise Refusal(Code.CARD_NOT_RECOGNISED if card else Code.ID_CARD_NOT_RECOGNISED) from None

    async def _read_beside_others(self, image: bytes, service: KeyService) -> Read:
        executor = self._executor
        try:
            return await asyncio.get_running_loop().run_in_executor(executor, _read, image, service)
        except BrokenExecutor:
            # An image that kills its worker must not break the service for other images.
            if self._executor is executor:
                executor.shutdown(wait=False)
                self._executor = self._new_executor(self._kind.workers)
            raise

    async def _read_alone(self, image: bytes, service: KeyService) -> Read:
        """Read an image again whose executor broke: the worker died of this image, or of another one beside it."""
        async with self._one_alone:
            executor = self._new_executor(1)
            try:
                return await asyncio.get_running_loop().run_in_executor(executor, _read, image, service)
            finally:
                executor.shutdown(wait=False)

    def _new_executor(self, workers: int) -> Executor:
        kind = self._kind
        if kind.processes:
            # A fork of a process with threads may copy a held lock.
            spawn = multiprocessing.get_context("spawn")
            return ProcessPoolExecutor(workers, spawn, _make_reader, (kind.factory, kind.max_memory))
        return ThreadPoolExecutor(workers, "reader", _make_reader, (kind.factory, None))


def _make_reader(factory: str, max_memory: int | None) -> None:
    if max_memory is not None:
        # macOS refuses or ignores the limit. The limits on the image's shape and pixels hold there, too.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (max_memory, resource.getrlimit(resource.RLIMIT_AS)[1]))
    _worker.reader = pkgutil.resolve_name(factory)()


def _is_ready() -> bool:
    return hasattr(_worker, "reader")


def _read(image: bytes, service: KeyService) -> Read:
    image_properties = inspect_image(image)
    reader: Reader = _worker.reader
    return image_properties, reader.read(image, service)
