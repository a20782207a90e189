"""Readings: which document an image shows, and its recognised fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DocumentKind = Literal["credit-card", "resident", "driver", "passport"]
Box = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class ReadField:
    """One recognised value.

    Parameters
    ----------
    key
        For a credit card, ``cardNum`` (once for each group of digits, in order) or ``validThru``; otherwise a key of
        the guide's keyValues.
    conf
        The confidence, from 0 to 1.
    box
        Four (x, y) corners in pixels of the original image, clockwise from the top left, or no corners.
    """

    key: str
    value: str
    conf: float
    box: Box = ()


@dataclass(frozen=True)
class DocumentReading:
    """The document on one image and its recognised fields."""

    document: DocumentKind
    fields: tuple[ReadField, ...]
