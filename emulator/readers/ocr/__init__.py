"""The reader that reads: the fields of an image come from its pixels, by two engines and a parser for each document."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from emulator.keys import KeyService
from emulator.readers import Reading
from emulator.readers.ocr import credit_card, driver, passport, resident, turning
from emulator.readers.ocr.engines import Engines

if TYPE_CHECKING:
    from emulator.readers.ocr.page import Page, Picture

# Sharp enough for the smallest print of a card that fills a photograph.
_LONGEST_SIDE = 3000


class OcrReader:
    """Finds out which document an image holds and reads it; needs about a second to make and 0.9 GB."""

    def __init__(self) -> None:
        self._engines = Engines()

    def read(self, image: bytes, service: KeyService) -> Reading | None:
        """Return what stands on the image, or None if no document of the service can be read on it.

        An image on its side or upside down is read all the same; boxes are always those of the image as it was sent.
        """
        with Image.open(io.BytesIO(image)) as file:
            size = file.size
            file.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
            picture = np.asarray(file.convert("RGB"))
        reading = self._read_turned(picture, service)
        return reading and turning.enlarged(reading, size[0] / picture.shape[1], size[1] / picture.shape[0])

    def _read_turned(self, picture: Picture, service: KeyService) -> Reading | None:
        page = self._engines.page(picture)
        if not page.lines:
            return None
        on_its_side = turning.lies_on_its_side(page)
        for quarters in (1, 3) if on_its_side else (0, 2):
            if quarters:
                page = self._engines.page(turning.turned(picture, quarters))
            reading = self._parse(page, service)
            if reading:
                height, width = picture.shape[:2]
                return turning.turned_back(reading, quarters, width, height)
        return None

    @staticmethod
    def _parse(page: Page, service: KeyService) -> Reading | None:
        if service == "credit-card":
            return credit_card.find(page)
        return passport.find(page) or driver.find(page) or resident.find(page)
