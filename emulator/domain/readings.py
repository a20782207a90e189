"""Readings: which document an image shows, and its recognised fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DocumentKind = Literal["credit-card", "resident", "driver", "passport"]
Box = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class ReadField:
    """One recognised value.

    `key` is ``cardNum`` (once for each group of digits, in order) or ``validThru`` on a credit card, otherwise a key
    of the guide's keyValues. `box` has four (x, y) corners in pixels of the image as it was sent, clockwise from the
    top left, or none. `conf` lies between 0 and 1.
    """

    key: str
    value: str
    conf: float
    box: Box = ()


@dataclass(frozen=True)
class Reading:
    """What a reader found on one image."""

    document: DocumentKind
    fields: tuple[ReadField, ...]
