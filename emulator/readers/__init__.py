"""Readers find out what stands on an image. The service neither knows nor cares how.

A reader is made inside the worker that runs it (see `emulator.readers.pool`), from the factory that its entry in
`emulator.readers.registry` names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from emulator.domain.key_pairs import KeyService

Document = Literal["credit-card", "resident", "driver", "passport"]
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

    document: Document
    fields: tuple[ReadField, ...]


class Reader(Protocol):
    """Reads an image that has been decoded once already, so it is known to be a whole PNG or JPEG."""

    def read(self, image: bytes, service: KeyService) -> Reading | None:
        """Return what stands on the image, or None if there is no document of this service on it.

        A document of the other service may be returned as well: it is answered as not found.
        """
        ...
