"""The options that a pipeline is started with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emulator.readers.registry import DEFAULT_READER
from local.pipeline.observer import NullObserver

if TYPE_CHECKING:
    from pathlib import Path

    from local.pipeline.observer import PipelineObserver


@dataclass(frozen=True)
class OcrServiceConfig:
    """An OCR service's endpoint and the credentials for it."""

    endpoint: str
    app_key: str = field(repr=False)
    secret_key: str = field(repr=False)


@dataclass(frozen=True)
class PipelineOptions:
    """The options that a pipeline is started with.

    Attributes
    ----------
    logs : Path
        The folder for the logs of all processes.
    slots : int
        The maximum number of processes per function.
    reader : str
        The emulator's reader.
    ocr : OcrServiceConfig or None
        Another OCR service than the emulator.
    observer : PipelineObserver
        Is called for each step of a delivery.
    """

    logs: Path
    slots: int = 2
    reader: str = DEFAULT_READER
    ocr: OcrServiceConfig | None = None
    observer: PipelineObserver = field(default_factory=NullObserver)
