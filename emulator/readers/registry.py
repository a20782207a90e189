"""The readers that the option ``--reader`` offers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReaderKind:
    """How to create a reader and where to run it.

    Parameters
    ----------
    factory
        ``module:callable``. Each worker imports and calls it, so that only workers load the OCR engines.
    processes
        Whether the workers are processes, for engines that hold the interpreter's lock. Otherwise they are threads.
    workers
        The number of workers.
    max_memory
        The limit for a worker process's address space, in bytes. macOS does not enforce it.
    """

    factory: str
    processes: bool
    workers: int
    max_memory: int | None = None


DEFAULT_READER = "ocr"
READERS = {
    "specimen": ReaderKind("emulator.readers.specimen:SpecimenReader", processes=False, workers=2),
    # A worker needs 0.9 GB and one core, and 1.3 GB more while it decodes the largest images.
    "ocr": ReaderKind("emulator.readers.ocr.reader:OcrReader", processes=True, workers=2, max_memory=4 * 1024**3),
}
