"""The readers that ``--reader`` can choose from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReaderKind:
    """How a reader is made and where it runs.

    `factory` is ``module:callable``; it is imported and called in each worker, so that an engine's weight is loaded
    there alone. `processes` puts the workers into processes of their own, for engines that hold the interpreter.
    """

    factory: str
    processes: bool
    workers: int


DEFAULT_READER = "ocr"
READERS = {
    "specimen": ReaderKind("emulator.readers.specimen:SpecimenReader", processes=False, workers=2),
    # a worker holds 0.9 GB and keeps one core busy
    "ocr": ReaderKind("emulator.readers.ocr.reader:OcrReader", processes=True, workers=2),
}
