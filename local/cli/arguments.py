"""Checks the command line and converts it to the pipeline's types."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sealed_ocr.common.settings import endpoint_url
from sealed_ocr.ocr.auth import AccessKey, SecretKeyAuth, parse_secret
from sealed_ocr.ocr.errors import ConfigurationFault

from emulator.domain.api_versions import API_VERSIONS, ApiVersion
from emulator.readers.registry import READERS
from local.cli.image_files import UsageError, load_images, quoted
from local.pipeline.images import ImageFile, specimens
from local.pipeline.options import OcrServiceConfig

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class OcrKeys:
    """The keys that the command line names: a file shaped like the secret, or the two of API v2.0."""

    file: Path | None = None
    app_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)


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
    endpoint: str | None, keys: OcrKeys, oauth_endpoint: str | None = None, environment: Mapping[str, str] = os.environ
) -> OcrServiceConfig | None:
    """Return the OCR service that is named, or None for the emulator.

    The keys may come from the environment, so that they do not appear in the list of processes. Without an endpoint the
    environment is not read.

    Raises
    ------
    UsageError
        If options are missing, wrong or contradict each other. The text quotes no key.
    """
    if endpoint is None:
        given = {"--oauth-endpoint": oauth_endpoint, "--credentials": keys.file}
        if named := next((option for option, value in given.items() if value), None):
            raise UsageError(f"{named} goes with --ocr-endpoint; the emulator has credentials and tokens of its own")
        if keys.app_key or keys.secret_key:
            raise UsageError("--ocr-endpoint, --app-key and --secret-key go together; the endpoint is missing")
        return None
    secret = _secret(keys, environment)
    is_access_key = isinstance(_parsed(secret), AccessKey)
    if oauth_endpoint is not None and not is_access_key:
        raise UsageError("--oauth-endpoint is for an access key (API v2.1); these credentials hold a secretKey")
    return OcrServiceConfig(
        _endpoint("--ocr-endpoint", endpoint),
        secret,
        _endpoint("--oauth-endpoint", oauth_endpoint) if oauth_endpoint is not None else None,
    )


def api(version: str | None, endpoint: str | None) -> ApiVersion:
    """Return the version of the emulator's API.

    Raises
    ------
    UsageError
        If there is no such version, or the OCR service is not the emulator.
    """
    if version is not None and endpoint is not None:
        raise UsageError("--api is for the emulator; with --ocr-endpoint the credentials decide the version")
    found = next((known for known in API_VERSIONS if known == (version or "v2.0")), None)
    if found is None:
        raise UsageError(f"there is no version {version!r}; there are {', '.join(API_VERSIONS)}")
    return found


def _secret(keys: OcrKeys, environment: Mapping[str, str]) -> str:
    """Return the secret's value: the content of the file, or v2.0's form with the keys."""
    if keys.file is not None:
        if keys.app_key or keys.secret_key:
            raise UsageError("--credentials holds the keys; it cannot be used with --app-key and --secret-key")
        try:
            return keys.file.read_text(encoding="utf-8")
        except (OSError, UnicodeError) as error:
            raise UsageError(
                f"{quoted(keys.file)} cannot be read: {getattr(error, 'strerror', 'it is not UTF-8')}"
            ) from None
    app_key = keys.app_key or environment.get("OCR_APP_KEY")
    secret_key = keys.secret_key or environment.get("OCR_SECRET_KEY")
    if not app_key or not secret_key:
        raise UsageError(
            "--ocr-endpoint goes with --credentials, or with --app-key and --secret-key;"
            " the keys may also be set in the environment, as OCR_APP_KEY and OCR_SECRET_KEY"
        )
    return json.dumps({"appKey": app_key, "secretKey": secret_key})


def _parsed(secret: str) -> SecretKeyAuth | AccessKey:
    try:
        return parse_secret(secret)
    except ConfigurationFault as fault:
        raise UsageError(f"the credentials cannot be used: {fault.reason}") from None


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


def check_page_options(*, console: bool, port: int | None, open_page: bool) -> None:
    """Check that the options of the console's page go with ``--console``.

    Raises
    ------
    UsageError
        If there is no page.
    """
    if not console and (port or open_page):
        raise UsageError("--port and --open are for the page; they go with --console")


def _endpoint(option: str, url: str) -> str:
    try:
        return endpoint_url(url)
    except ValueError:
        raise UsageError(
            f"{option} must be https://host[:port] without a path; http:// is allowed for this machine only"
        ) from None
