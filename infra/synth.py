"""From the context to the template of one stage."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

import msgspec
from aws_cdk import App

from infra.compliance import review
from infra.package.bundling import build
from infra.settings import Settings, SettingsError
from infra.stack import SealedOcrStack

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


T = TypeVar("T")


class _CdkFile(msgspec.Struct):
    context: dict[str, object]


def synthesise(project: Path, out: Path, overrides: Mapping[str, object] | None = None) -> Path:
    """Write the template ``SealedOcr-<stage>.template.json`` into ``out`` and say where it is.

    The context is that of ``cdk.json``, overruled by ``CDK_CONTEXT_JSON`` (an object in JSON). The CDK's command line
    puts both the file and its ``-c`` into that variable; without it, this works all the same. ``overrides`` come last.

    Raises:
        SettingsError: the context can't be read, or holds a setting that is unknown or not allowed.
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
    settings = Settings.from_context(dict(app.node.get_all_context()))
    package = build(project) if settings.bundle else project / "functions"
    stack = SealedOcrStack(app, settings, package=package)
    review(app, to_be_deployed=settings.bundle)
    app.synth()
    return out / stack.template_file


def _read(name: str, text: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError as fault:
        raise SettingsError(f"{name} is not the JSON object that it must be: {fault}.") from None
