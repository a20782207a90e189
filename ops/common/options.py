"""What several commands take."""

from __future__ import annotations

from typing import Annotated, cast

import typer

from ops.common.stack import Stack, Target

Yes = Annotated[bool, typer.Option("--yes", help="Don't ask.")]


def target_of(ctx: typer.Context) -> Target:
    """Return the stack that the options before the command name, not looked for yet."""
    return cast("Target", ctx.obj)


def stack_of(ctx: typer.Context) -> Stack:
    """Find the stack that the command is for; see ``Target.stack``."""
    return target_of(ctx).stack()
