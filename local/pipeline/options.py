"""What the pipeline is started with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emulator.readers.registry import DEFAULT_READER
from local.pipeline.observer import Nobody

if TYPE_CHECKING:
    from pathlib import Path

    from local.pipeline.observer import Watcher


@dataclass(frozen=True)
class OcrService:
    """Another OCR service than the emulator."""

    endpoint: str
    app_key: str = field(repr=False)
    secret_key: str = field(repr=False)


@dataclass(frozen=True)
class Options:
    """What the pipeline is started with: ``slots`` are processes a function; no ``ocr`` means the emulator."""

    logs: Path
    slots: int = 2
    reader: str = DEFAULT_READER
    ocr: OcrService | None = None
    watcher: Watcher = field(default_factory=Nobody)
