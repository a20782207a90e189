"""The exception for a guarantee that a run has broken."""

from __future__ import annotations


class GuaranteeViolation(Exception):
    """A guarantee of the design does not hold.

    The text has one line per finding. It contains numbers and document ids only.
    """
