"""The reader that reads: the fields of an image come from its pixels, by two engines and a parser for each document."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from emulator.domain.key_pairs import KeyService
from emulator.domain.readings import Reading
from emulator.readers.ocr import credit_card, driver, layout, passport, resident, rotation
from emulator.readers.ocr.engines import DETECTION_SIDE, Engines
from emulator.readers.ocr.regions import Part, moved_back

if TYPE_CHECKING:
    from emulator.readers.ocr.page import Corners, Page, Picture

    Boxes = list[Corners]

# Sharp enough for the smallest print of a card that fills a photograph.
_LONGEST_SIDE = 3000
# How often a small document is looked at more closely: what is found at first is often only its largest line.
_MOST_LOOKS = 3


class OcrReader:
    """Finds out which document an image holds and reads it; needs about a second to make and 0.9 GB."""

    def __init__(self) -> None:
        self._engines = Engines()

    def read(self, image: bytes, service: KeyService) -> Reading | None:
        """Return what stands on the image, or None if no document of the service can be read on it.

        A document may be a small part of the image, on its side or upside down; boxes are always those of the image as
        it was sent.
        """
        with Image.open(io.BytesIO(image)) as file:
            whole = np.asarray(file.convert("RGB"))
        for part, shown, boxes in self._parts(whole, Part.whole(whole), _MOST_LOOKS):
            reading = self._read_turned(shown, boxes, service)
            if reading:
                return moved_back(reading, part, part.width / shown.shape[1], part.height / shown.shape[0])
        return None

    def _parts(self, whole: Picture, part: Part, looks: int) -> Iterator[tuple[Part, Picture, Boxes]]:
        """Yield what may be a document: a part of the picture that is filled by text, how it looks, and its lines."""
        shown = _shown(part.of(whole))
        height, width = shown.shape[:2]
        boxes = self._engines.boxes(shown)
        closer = layout.closer(boxes, width, height) if looks else []
        if not closer and layout.is_readable(boxes, min(1.0, DETECTION_SIDE / max(width, height))):
            yield part, shown, layout.whole_lines(boxes, width, height)
        for smaller in closer:
            yield from self._parts(whole, smaller.within(part, part.width / width, part.height / height), looks - 1)

    def _read_turned(self, picture: Picture, boxes: Boxes, service: KeyService) -> Reading | None:
        height, width = picture.shape[:2]
        sideways = int(rotation.on_its_side(boxes))
        page = self._page(picture, sideways) if sideways else self._engines.page(picture, boxes)
        for quarters in rotation.upright(page, sideways):
            if quarters != sideways:
                page = self._page(picture, quarters)
            reading = self._parse(page, service)
            if reading:
                return rotation.turned_back(reading, quarters, width, height)
        return None

    def _page(self, picture: Picture, quarters: int) -> Page:
        turned = rotation.turned(picture, quarters)
        height, width = turned.shape[:2]
        return self._engines.page(turned, layout.whole_lines(self._engines.boxes(turned), width, height))

    @staticmethod
    def _parse(page: Page, service: KeyService) -> Reading | None:
        if service == "credit-card":
            return credit_card.find(page)
        return passport.find(page) or driver.find(page) or resident.find(page)


def _shown(part: Picture) -> Picture:
    """Return a part of a picture at a size at which its text can be read."""
    shown = Image.fromarray(part)
    shown.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    return np.asarray(shown)
