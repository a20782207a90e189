"""The options that a pipeline is started with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emulator.domain.api_versions import ApiVersion
from emulator.readers.registry import DEFAULT_READER
from local.pipeline.observer import NullObserver

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from local.pipeline.observer import PipelineObserver


@dataclass(frozen=True)
class OcrServiceConfig:
    """An OCR service's endpoint and the credentials for it.

    Attributes
    ----------
    endpoint : str
        The endpoint of the service.
    secret : str
        The value of the secret, in one of its two forms.
    oauth_endpoint : str or None
        The endpoint of its token host. None means the vendor's, which is in the template.
    """

    endpoint: str
    secret: str = field(repr=False)
    oauth_endpoint: str | None = None


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
    api : str
        The version of the emulator's API: v2.0 or v2.1.
    ocr : OcrServiceConfig or None
        Another OCR service than the emulator.
    observer : PipelineObserver
        Is called for each step of a delivery.
    settings : Mapping
        Settings of the stage, as text. They override those of ``cdk.json``.
    """

    logs: Path
    slots: int = 2
    reader: str = DEFAULT_READER
    api: ApiVersion = "v2.0"
    ocr: OcrServiceConfig | None = None
    observer: PipelineObserver = field(default_factory=NullObserver)
    settings: Mapping[str, str] = field(default_factory=dict)
