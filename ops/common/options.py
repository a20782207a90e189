"""Options and context that several commands share."""

from __future__ import annotations

from typing import Annotated, cast

import typer

from ops.common.stack import DeployedStack, StackSelector

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def selected_stack(ctx: typer.Context) -> StackSelector:
    """Return the stack that the options before the command select, not looked up yet."""
    return cast("StackSelector", ctx.obj)


def find_stack(ctx: typer.Context) -> DeployedStack:
    """Look up the selected stack; see ``StackSelector.find``."""
    return selected_stack(ctx).find()
