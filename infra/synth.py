"""From the context to the template of one stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from aws_cdk import App

from infra.settings import Settings
from infra.stack import SealedOcrStack

if TYPE_CHECKING:
    from pathlib import Path


class _CdkFile(msgspec.Struct):
    context: dict[str, object]


def synthesise(project: Path, out: Path) -> Path:
    """Write the template ``SealedOcr-<stage>.template.json`` into ``out`` and say where it is.

    The context is that of ``cdk.json``, overruled by ``CDK_CONTEXT_JSON`` (an object in JSON). The CDK's command line
    puts both the file and its ``-c`` into that variable; without it, this works all the same.

    Raises:
        SettingsError: the context holds a setting that is unknown or not allowed.
    """
    defaults = msgspec.json.decode((project / "cdk.json").read_bytes(), type=_CdkFile).context
    app = App(outdir=str(out), context=defaults, analytics_reporting=False)
    settings = Settings.from_context(dict(app.node.get_all_context()))
    stack = SealedOcrStack(app, settings, package=project / "functions")
    app.synth()
    return out / stack.template_file
