"""Regions of a picture that are read separately, and the conversion of their boxes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emulator.domain.readings import DocumentReading

if TYPE_CHECKING:
    from emulator.readers.ocr.line import Picture


@dataclass(frozen=True)
class Region:
    """A rectangle of a picture, in pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def whole(cls, picture: Picture) -> Region:
        """Return the region of the complete picture."""
        return cls(0, 0, picture.shape[1], picture.shape[0])

    @property
    def width(self) -> int:
        """The width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """The height in pixels."""
        return self.bottom - self.top

    def crop(self, picture: Picture) -> Picture:
        """Return the region as a picture."""
        return picture[self.top : self.bottom, self.left : self.right]

    def to_image(self, outer: Region, across: float, down: float) -> Region:
        """Convert this region of a view of `outer` to the complete picture; `across` and `down` are the scales."""
        return Region(
            outer.left + int(self.left * across),
            outer.top + int(self.top * down),
            min(outer.right, outer.left + round(self.right * across)),
            min(outer.bottom, outer.top + round(self.bottom * down)),
        )


def to_image_coordinates(reading: DocumentReading, region: Region, across: float, down: float) -> DocumentReading:
    """Convert the boxes of a reading of `region` to the complete picture; `across` and `down` are the scales."""
    fields = tuple(
        replace(
            field,
            box=tuple((region.left + round(x * across), region.top + round(y * down)) for x, y in field.box),
        )
        for field in reading.fields
    )
    return replace(reading, fields=fields)
