"""The command line of ``python -m ops``: the options that select a stack, and the commands."""

from __future__ import annotations

from contextvars import copy_context
from pathlib import Path
from typing import Annotated, Any

import typer
from botocore.exceptions import BotoCoreError
from sealed_ocr.aws.errors import AwsError

from ops.backfill.command import backfill
from ops.billing.command import reconcile
from ops.common.console import print_error
from ops.common.errors import OpsError
from ops.common.stack import StackSelector
from ops.doctor.command import doctor
from ops.documents.lock_guard import lock_guard
from ops.documents.reanalyze import reanalyze
from ops.documents.status import status
from ops.erase.command import erase
from ops.redrive.command import redrive
from ops.redrive.listing import dead_letters
from ops.simulate.command import simulate
from ops.tail.command import tail
from ops.why.command import why
from workstation.command_line import PlainCommand, PlainGroup

DEFAULT_STACK = "SealedOcr-dev"
Profile = Annotated[str | None, typer.Option(metavar="NAME", help="Profile of the AWS configuration.")]
Region = Annotated[str | None, typer.Option(metavar="NAME", help="Region of the stack.")]
StackName = Annotated[
    str | None,
    typer.Option("--stack", metavar="NAME", help=f"SealedOcr- followed by the stage.  [default: {DEFAULT_STACK}]"),
]
OutputsFile = Annotated[
    Path | None,
    typer.Option(
        "--outputs",
        metavar="FILE",
        envvar="SEALED_OCR_OUTPUTS",
        help="Read the outputs from this file instead of a deployed stack. `python -m local up` writes such a file.",
    ),
]


# Added to the message of an error that the operator can fix in the environment.
_REMEDIES = {
    "NoRegionError": "name it with --region, AWS_DEFAULT_REGION or a profile that has one",
    "NoCredentialsError": "sign in, and name the profile with --profile or AWS_PROFILE",
    "TokenRetrievalError": "sign in again (aws sso login)",
    "UnauthorizedSSOTokenError": "sign in again (aws sso login)",
    "ExpiredToken": "sign in again",
    "ExpiredTokenException": "sign in again",
}


class _ErrorReportingGroup(PlainGroup):
    """Reports a failed command in one sentence. A traceback might show personal data."""

    def invoke(self, ctx: Any) -> Any:
        try:
            # In a context of its own, where --json is remembered: a process may run several commands.
            return copy_context().run(super().invoke, ctx)
        except (OpsError, AwsError, BotoCoreError) as error:
            remedy = _REMEDIES.get(error.code if isinstance(error, AwsError) else type(error).__name__)
            print_error(f"python -m ops: {str(error).rstrip('.')}; {remedy}" if remedy else f"python -m ops: {error}")
            ctx.exit(1)


app = typer.Typer(
    cls=_ErrorReportingGroup,
    help="Operator tools for one stack. The --help of each command says what it costs and what it does not change.",
    no_args_is_help=True,
    # Wraps paragraphs to the terminal's width.
    rich_markup_mode="markdown",
    add_completion=False,
    # Local variables in a traceback may hold personal data.
    pretty_exceptions_show_locals=False,
)
for command in (doctor, status, why, tail, redrive, reanalyze, backfill, erase, reconcile, simulate):
    app.command(cls=PlainCommand)(command)
app.command(name="dead-letters", cls=PlainCommand)(dead_letters)
app.command(name="lock-guard", cls=PlainCommand)(lock_guard)


@app.callback()
def select_stack(
    ctx: typer.Context,
    profile: Profile = None,
    region: Region = None,
    stack: StackName = None,
    outputs: OutputsFile = None,
) -> None:
    """Remember the selected stack. A command looks it up when it needs it."""
    if outputs and stack:
        # A SEALED_OCR_OUTPUTS left over from a local pipeline must not override a stack that was named.
        raise OpsError("--stack names one stack, and --outputs (or SEALED_OCR_OUTPUTS) another; leave one of them out")
    ctx.obj = StackSelector(profile, region, stack or DEFAULT_STACK, outputs)
