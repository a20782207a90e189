"""Checks the command line and converts it to the pipeline's types."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sealed_ocr.common.settings import endpoint_url

from emulator.readers.registry import READERS
from local.cli.image_files import UsageError, load_images
from local.pipeline.images import ImageFile, specimens
from local.pipeline.options import OcrServiceConfig

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def uploads(paths: Sequence[Path], kind: str | None, count: int) -> list[ImageFile]:
    """Return the named images, or specimens if none are named.

    Raises
    ------
    UsageError
        If the arguments contradict each other or an image cannot be used.
    """
    if paths and count > 1:
        raise UsageError("--count is for specimens; it cannot be used with IMAGE")
    if not paths and kind is not None:
        raise UsageError("--kind needs an IMAGE; without one there are specimens of every kind")
    return load_images(paths, kind) if paths else specimens(count)


def ocr_service(
    endpoint: str | None,
    app_key: str | None,
    secret_key: str | None,
    environment: Mapping[str, str] = os.environ,
) -> OcrServiceConfig | None:
    """Return the OCR service that is named, or None for the emulator.

    The keys may come from the environment, so that they do not appear in the list of processes. Without an endpoint the
    environment is not read.

    Raises
    ------
    UsageError
        If one of the three is missing, or the endpoint is not allowed.
    """
    if endpoint is None:
        if app_key or secret_key:
            raise UsageError("--ocr-endpoint, --app-key and --secret-key go together; the endpoint is missing")
        return None
    app_key = app_key or environment.get("OCR_APP_KEY")
    secret_key = secret_key or environment.get("OCR_SECRET_KEY")
    if not app_key or not secret_key:
        raise UsageError(
            "--ocr-endpoint, --app-key and --secret-key go together;"
            " the keys may also be set in the environment, as OCR_APP_KEY and OCR_SECRET_KEY"
        )
    return OcrServiceConfig(_endpoint(endpoint), app_key, secret_key)


def reader(name: str) -> str:
    """Return the name of one of the emulator's readers.

    Raises
    ------
    UsageError
        If there is no such reader. Names those that exist.
    """
    if name not in READERS:
        raise UsageError(f"the emulator has no reader {name!r}; it has {', '.join(sorted(READERS))}")
    return name


def _endpoint(url: str) -> str:
    try:
        return endpoint_url(url)
    except ValueError:
        raise UsageError(
            "--ocr-endpoint must be https://host[:port] without a path; http:// is allowed for this machine only"
        ) from None
