"""The exception for a guarantee that a run has broken."""

from __future__ import annotations

from workstation.terminal import visible


class GuaranteeViolation(Exception):
    """A guarantee of the design does not hold.

    The text has one line per finding. It contains numbers and document ids only.
    """


def describe(error: Exception) -> str:
    """Return the lines of an error for a terminal. A failed assertion may quote what a test generated."""
    return "\n".join(visible(line) for line in str(error).split("\n"))
