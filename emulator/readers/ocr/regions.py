"""A part of a picture that is looked at by itself, and the way back for boxes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emulator.domain.readings import Reading

if TYPE_CHECKING:
    from emulator.readers.ocr.page import Picture


@dataclass(frozen=True)
class Region:
    """A part of a picture, in its pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def whole(cls, picture: Picture) -> Region:
        """The picture itself."""
        return cls(0, 0, picture.shape[1], picture.shape[0])

    @property
    def width(self) -> int:
        """In pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """In pixels."""
        return self.bottom - self.top

    def crop(self, picture: Picture) -> Picture:
        """Return the part as a picture."""
        return picture[self.top : self.bottom, self.left : self.right]

    def to_image(self, outer: Region, across: float, down: float) -> Region:
        """Return the part of the whole picture that this part of `outer`, shown so many times smaller, is."""
        return Region(
            outer.left + int(self.left * across),
            outer.top + int(self.top * down),
            min(outer.right, outer.left + round(self.right * across)),
            min(outer.bottom, outer.top + round(self.bottom * down)),
        )


def to_image_coordinates(reading: Reading, region: Region, across: float, down: float) -> Reading:
    """Return the reading of a part, shown so many times smaller, with its boxes where the whole picture has them."""
    fields = tuple(
        replace(
            field,
            box=tuple((region.left + round(x * across), region.top + round(y * down)) for x, y in field.box),
        )
        for field in reading.fields
    )
    return replace(reading, fields=fields)
