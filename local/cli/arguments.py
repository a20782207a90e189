"""From the command line to what is to be done, or to a sentence that says why not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealed_ocr.common.settings import endpoint_url

from emulator.readers.registry import READERS
from local.pipeline.images import Image, MisuseError, images, specimens
from local.pipeline.options import OcrService

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def uploads(paths: Sequence[Path], kind: str | None, count: int) -> list[Image]:
    """Return the images that are named, or else specimens.

    Raises: MisuseError.
    """
    if paths and count > 1:
        raise MisuseError("--count is for specimens; it goes with no IMAGE")
    if not paths and kind is not None:
        raise MisuseError("--kind goes with an IMAGE; without one there are specimens of every kind")
    return images(paths, kind) if paths else specimens(count)


def ocr_service(
    endpoint: str | None,
    app_key: str | None,
    secret_key: str | None,
    environment: Mapping[str, str] = os.environ,
) -> OcrService | None:
    """Return the OCR service that is named; None for the emulator.

    The keys may come from the environment, so that no list of processes shows them; without an endpoint they are not
    looked at there.

    Raises: MisuseError when one of the three is missing, or the endpoint may not be called.
    """
    if endpoint is None:
        if app_key or secret_key:
            raise MisuseError("--ocr-endpoint, --app-key and --secret-key go together; the endpoint is missing")
        return None
    app_key = app_key or environment.get("OCR_APP_KEY")
    secret_key = secret_key or environment.get("OCR_SECRET_KEY")
    if not app_key or not secret_key:
        raise MisuseError(
            "--ocr-endpoint, --app-key and --secret-key go together;"
            " the keys may also stand in the environment, as OCR_APP_KEY and OCR_SECRET_KEY"
        )
    return OcrService(_endpoint(endpoint), app_key, secret_key)


def reader(name: str) -> str:
    """Return the name of a reader of the emulator.

    Raises: MisuseError naming those that there are.
    """
    if name not in READERS:
        raise MisuseError(f"the emulator has no reader {name!r}; it has {', '.join(sorted(READERS))}")
    return name


def _endpoint(url: str) -> str:
    try:
        return endpoint_url(url)
    except ValueError:
        raise MisuseError(
            "--ocr-endpoint must be https://host[:port] without a path; http:// is for this machine alone"
        ) from None
