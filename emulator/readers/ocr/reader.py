"""The reader ``ocr``: it finds the document on an image and reads its fields from the pixels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from emulator.domain.key_pairs import KeyService
from emulator.domain.readings import DocumentReading
from emulator.readers.ocr import credit_card, driver, layout, passport, resident, rotation
from emulator.readers.ocr.engines import DETECTION_SIDE, Engines
from emulator.readers.ocr.regions import Region, to_image_coordinates
from workstation.image_decoding import decode

if TYPE_CHECKING:
    from emulator.readers.ocr.line import Corners, Picture
    from emulator.readers.ocr.page import Page

    Boxes = list[Corners]

# At this size, the smallest print of a card that fills a photograph is still sharp.
_LONGEST_SIDE = 3000
# A small document is enlarged repeatedly, because the first detection often finds only its largest line.
_MAX_DEPTH = 3


class OcrReader:
    """Recognises documents. Its creation takes about a second and 0.9 GB."""

    def __init__(self) -> None:
        self._engines = Engines()

    def read(self, image: bytes, service: KeyService) -> DocumentReading | None:
        """Return the document on the image, or None without a legible document of the service.

        The document may be a small part of the image, sideways or upside down. Boxes refer to the original image.

        Raises
        ------
        UndecodableImage
            The file is broken or truncated, or the image is too large.
        """
        decoded = decode(image)
        if not layout.may_show_text(*decoded.size):
            return None
        whole = np.asarray(decoded.picture)
        reading = self._read_picture(np.ascontiguousarray(whole[:, ::-1]) if decoded.mirrored else whole, service)
        if reading is None:
            return None
        width, height = decoded.picture.size
        if decoded.mirrored:
            reading = rotation.boxes_mirrored(reading, width)
        return to_image_coordinates(reading, Region.whole(whole), decoded.size[0] / width, decoded.size[1] / height)

    def _read_picture(self, whole: Picture, service: KeyService) -> DocumentReading | None:
        for region, view, boxes in self._candidate_regions(whole, Region.whole(whole), _MAX_DEPTH):
            reading = self._read_upright(view, boxes, service)
            if reading:
                return to_image_coordinates(
                    reading, region, region.width / view.shape[1], region.height / view.shape[0]
                )
        return None

    def _candidate_regions(self, whole: Picture, region: Region, depth: int) -> Iterator[tuple[Region, Picture, Boxes]]:
        """Yield regions that may be a document: the region, its view for reading, and its lines."""
        view = _downscaled(region.crop(whole))
        height, width = view.shape[:2]
        boxes = self._engines.boxes(view)
        regions_to_enlarge = layout.regions_to_enlarge(boxes, width, height) if depth else []
        if not regions_to_enlarge and layout.is_readable(boxes, min(1.0, DETECTION_SIDE / max(width, height))):
            yield region, view, layout.complete_lines(boxes, width, height)
        for enlarged in regions_to_enlarge:
            yield from self._candidate_regions(
                whole, enlarged.to_image(region, region.width / width, region.height / height), depth - 1
            )

    def _read_upright(self, picture: Picture, boxes: Boxes, service: KeyService) -> DocumentReading | None:
        height, width = picture.shape[:2]
        sideways = int(rotation.is_sideways(boxes))
        page = self._page(picture, sideways) if sideways else self._engines.page(picture, boxes)
        for quarter_turns in rotation.candidate_turns(page, sideways):
            if quarter_turns != sideways:
                page = self._page(picture, quarter_turns)
            reading = self._parse(page, service)
            if reading:
                return rotation.boxes_rotated_back(reading, quarter_turns, width, height)
        return None

    def _page(self, picture: Picture, quarter_turns: int) -> Page:
        rotated = rotation.rotated(picture, quarter_turns)
        height, width = rotated.shape[:2]
        return self._engines.page(rotated, layout.complete_lines(self._engines.boxes(rotated), width, height))

    @staticmethod
    def _parse(page: Page, service: KeyService) -> DocumentReading | None:
        if service == "credit-card":
            return credit_card.find(page)
        return passport.find(page) or driver.find(page) or resident.find(page)


def _downscaled(region: Picture) -> Picture:
    """Return a picture that is small enough to read."""
    view = Image.fromarray(region)
    view.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    return np.asarray(view)
