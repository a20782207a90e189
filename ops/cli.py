"""``python -m ops``: the options that name a stack, and the commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from botocore.exceptions import BotoCoreError
from sealed_ocr.aws.errors import AwsError
from typer.core import TyperGroup

from ops.backfill.command import backfill
from ops.common.errors import OpsError
from ops.common.stack import Target
from ops.doctor.command import doctor
from ops.documents.reanalyze import reanalyze
from ops.documents.status import status
from ops.redrive.command import redrive
from ops.tail.command import tail

DEFAULT_STACK = "SealedOcr-dev"
Profile = Annotated[str | None, typer.Option(metavar="NAME", help="Profile of the AWS configuration.")]
Region = Annotated[str | None, typer.Option(metavar="NAME", help="Region of the stack.")]
StackName = Annotated[
    str | None, typer.Option("--stack", metavar="NAME", help=f"SealedOcr-, and the stage.  [default: {DEFAULT_STACK}]")
]
OutputsFile = Annotated[
    Path | None,
    typer.Option(
        "--outputs",
        metavar="FILE",
        envvar="SEALED_OCR_OUTPUTS",
        help="Not a deployed stack, but the outputs in this file: `python -m local up` writes one and names it.",
    ),
]


# What AWS's library misses, and where it looks for it.
_REMEDIES = {
    "NoRegionError": "name it with --region, AWS_DEFAULT_REGION or a profile that has one",
    "NoCredentialsError": "sign in, and name the profile with --profile or AWS_PROFILE",
    "TokenRetrievalError": "sign in again (aws sso login)",
    "UnauthorizedSSOTokenError": "sign in again (aws sso login)",
    "ExpiredToken": "sign in again",
    "ExpiredTokenException": "sign in again",
}


class _Sentences(TyperGroup):
    """Ends a command that fails with a sentence instead of a traceback, which might show what was being handled."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (OpsError, AwsError, BotoCoreError) as fault:
            remedy = _REMEDIES.get(fault.code if isinstance(fault, AwsError) else type(fault).__name__)
            typer.echo(
                f"python -m ops: {str(fault).rstrip('.')}; {remedy}" if remedy else f"python -m ops: {fault}", err=True
            )
            ctx.exit(1)


app = typer.Typer(
    cls=_Sentences,
    help="The operator's tools for one stack. Each command's --help says what it costs and what it leaves alone.",
    no_args_is_help=True,
    # Its paragraphs are set to the terminal's width.
    rich_markup_mode="markdown",
    add_completion=False,
    # What a traceback's frames hold may be personal.
    pretty_exceptions_show_locals=False,
)
for command in (doctor, status, tail, redrive, reanalyze, backfill):
    app.command()(command)


@app.callback()
def target(
    ctx: typer.Context,
    profile: Profile = None,
    region: Region = None,
    stack: StackName = None,
    outputs: OutputsFile = None,
) -> None:
    """Note which stack is meant; it is looked for when a command needs it."""
    if outputs and stack:
        # A variable that is left over from a pipeline on one machine must not answer for a stack that was named.
        raise OpsError("--stack names one stack, and --outputs (or SEALED_OCR_OUTPUTS) another; leave one of them out")
    ctx.obj = Target(profile, region, stack or DEFAULT_STACK, outputs)
