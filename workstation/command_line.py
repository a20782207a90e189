"""What the command lines of this project share: help without Python's types."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup


class _PlainHelp:
    def get_params(self, ctx: Any) -> Any:
        parameters = super().get_params(ctx)  # type: ignore[misc] # a method of the class that it is mixed into
        for parameter in parameters:
            if getattr(parameter, "is_flag", False):
                parameter.metavar = ""
            if parameter.param_type_name == "argument":
                # Its name says what it is; the type would be Python's, `<list[Path]>`.
                parameter.display_type_rich = _no_type
        return parameters


def _no_type(ctx: Any) -> None:
    """Show nothing. typer passes the context by its name."""


class PlainCommand(_PlainHelp, TyperCommand):
    """A command whose help names values, not Python's types, and nothing beside an option that takes no value."""


class PlainGroup(_PlainHelp, TyperGroup):
    """The same for a group of commands."""
