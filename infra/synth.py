"""Synthesises the template of one stage from the CDK's context."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

import msgspec
from aws_cdk import App
from aws_cdk import aws_lambda as lambda_
from sealed_ocr.common.settings import SettingsError

from infra.compliance import enforce_compliance
from infra.package.bundling import build
from infra.settings import StageSettings
from infra.stack import SealedOcrStack

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


T = TypeVar("T")


class _CdkFile(msgspec.Struct):
    context: dict[str, object]


def synthesise(project: Path, out: Path, overrides: Mapping[str, object] | None = None) -> Path:
    """Write the template ``SealedOcr-<stage>.template.json`` into ``out`` and return its path.

    Parameters
    ----------
    project
        The folder of ``cdk.json``. Its context is the base; the JSON object in the variable ``CDK_CONTEXT_JSON``
        overrides it. The CDK's command line puts both the file and its ``-c`` into that variable, but is not needed.
    out
        The folder for the template.
    overrides
        Overrides both.

    Raises
    ------
    SettingsError
        If the context cannot be read, or contains a setting that is unknown or not allowed.
    """
    _read("CDK_CONTEXT_JSON", os.environ.get("CDK_CONTEXT_JSON", "{}").encode(), dict[str, object])
    defaults = _read("cdk.json", (project / "cdk.json").read_bytes(), _CdkFile).context
    app = App(
        outdir=str(out),
        context=defaults,
        post_cli_context=overrides,
        analytics_reporting=False,
        builtin_cloud_formation_validation=False,
    )
    settings = StageSettings.from_context(dict(app.node.get_all_context()))
    stack = SealedOcrStack(app, settings, code=_code(project, settings))
    enforce_compliance(app, to_be_deployed=settings.bundle)
    app.synth()
    return out / stack.template_file


def _code(project: Path, settings: StageSettings) -> lambda_.Code:
    if settings.bundle:
        # Complete: the byte code of the functions' own modules lies in its folders __pycache__.
        return lambda_.Code.from_asset(
            str(build(project, simulation=settings.simulate, sealing=bool(settings.consumer_public_keys)))
        )
    # Other processes write byte code into the source tree at any time.
    return lambda_.Code.from_asset(str(project / "functions"), exclude=["**/__pycache__"])


def _read(name: str, text: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError as fault:
        raise SettingsError(f"{name} is not the JSON object that it must be: {fault}.") from None
