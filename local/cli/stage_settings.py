"""The option ``--set``: settings of the stage for a run on this machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sealed_ocr.common.settings import SettingsError

from local.cli.image_files import UsageError
from local.processes.child import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

# What a run decides by itself.
_OPTIONS = {
    "bundle": "the functions run unpackaged here",
    "ocrEndpoint": "use --ocr-endpoint",
    "oauthEndpoint": "use --oauth-endpoint",
}


def stage_settings(given: Sequence[str]) -> dict[str, str]:
    """Return the settings of ``NAME=VALUE`` texts.

    Raises
    ------
    UsageError
        If a text has another form, or a setting is unknown, wrong or given twice.
    """
    settings: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"--set takes NAME=VALUE, not {text!r}")
        if name in settings:
            raise UsageError(f"--set gives {name} twice")
        if name in _OPTIONS:
            raise UsageError(f"--set cannot change {name}: {_OPTIONS[name]}")
        settings[name] = value
    if settings:
        _check(settings)
    return settings


def _check(settings: dict[str, str]) -> None:
    # A run without --set does not need it.
    from infra.settings import StageSettings

    context = json.loads((ROOT / "cdk.json").read_bytes())["context"]
    try:
        StageSettings.from_context(context | settings)
    except SettingsError as fault:
        raise UsageError(str(fault).removesuffix(".")) from None
