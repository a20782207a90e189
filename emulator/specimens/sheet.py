"""A sheet for drawing a document. It records the position of each field."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pylopdf_fonts_ko
from PIL import Image, ImageDraw, ImageFont

from emulator.data import OCR_B, require_file
from emulator.specimens.metadata import Field

if TYPE_CHECKING:
    from random import Random

Colour = tuple[int, int, int]
INK: Colour = (35, 35, 40)


@lru_cache(maxsize=256)
def font(name: str, pixels: int) -> ImageFont.FreeTypeFont:
    """Return the font ``sans``, ``serif`` (both with Hangul) or ``ocr-b`` at a size in pixels."""
    korean = {"sans": pylopdf_fonts_ko.sans_path(), "serif": pylopdf_fonts_ko.serif_path()}
    return ImageFont.truetype(str(korean.get(name) or require_file(OCR_B)), pixels)


class Sheet:
    """A sheet. Positions and sizes are in pixels at scale 1; the boxes of fields are in real pixels."""

    def __init__(self, size: tuple[int, int], scale: float, rng: Random, tint: Colour) -> None:
        self.scale = scale
        self.image = Image.fromarray(_paper(round(size[0] * scale), round(size[1] * scale), rng.randrange(2**32), tint))
        self.pen = ImageDraw.Draw(self.image)
        self.fields: list[Field] = []

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: float,
        *,
        face: str = "sans",
        fill: Colour = INK,
        key: str = "",
        value: str | None = None,
    ) -> None:
        """Write a text with its top left corner at `at`. A `key` makes it a field; `value` defaults to the text."""
        place, letters = self._scaled(at), font(face, round(size * self.scale))
        self.pen.text(place, text, fill, letters)
        if key:
            self.fields.append(Field(key, text if value is None else value, self._box(place, text, letters)))

    def embossed(self, at: tuple[float, float], text: str, size: float, *, metal: Colour, key: str = "") -> None:
        """Write raised letters with a light edge, a shadow and a metallic face."""
        place, letters = self._scaled(at), font("ocr-b", round(size * self.scale))
        edge = max(1, round(2 * self.scale))
        for shift, colour in ((edge, (25, 25, 30)), (-edge, (250, 250, 250)), (0, metal)):
            self.pen.text((place[0] + shift, place[1] + shift), text, colour, letters)
        if key:
            self.fields.append(Field(key, text, self._box(place, text, letters)))

    def portrait(self, corner: tuple[float, float], size: tuple[float, float]) -> None:
        """Draw an anonymous portrait with the word SPECIMEN."""
        width, height = self._scaled(size)
        photo = Image.new("RGB", (width, height), (196, 206, 214))
        pen, grey = ImageDraw.Draw(photo), (140, 148, 158)
        pen.ellipse((0.3 * width, 0.15 * height, 0.7 * width, 0.57 * height), grey)
        pen.ellipse((0.1 * width, 0.62 * height, 0.9 * width, 1.4 * height), grey)
        self.image.paste(photo, self._scaled(corner))
        mark = (corner[0] + 0.06 * size[0], corner[1] + 0.78 * size[1])
        self.text(mark, "SPECIMEN", size[0] * 0.165, fill=(170, 30, 40))

    def box(self, corner: tuple[float, float], size: tuple[float, float], fill: Colour) -> None:
        """Draw a filled rectangle with round corners."""
        far = self._scaled((corner[0] + size[0], corner[1] + size[1]))
        self.pen.rounded_rectangle((*self._scaled(corner), *far), 6 * self.scale, fill)

    def add_absent_field(self, key: str, value: str) -> None:
        """Record a field that is not drawn."""
        self.fields.append(Field(key, value))

    def _scaled(self, at: tuple[float, float]) -> tuple[int, int]:
        return round(at[0] * self.scale), round(at[1] * self.scale)

    def _box(self, at: tuple[int, int], text: str, letters: ImageFont.FreeTypeFont) -> tuple[tuple[int, int], ...]:
        left, top, right, bottom = (round(edge) for edge in self.pen.textbbox(at, text, letters))
        return (left, top), (right, top), (right, bottom), (left, bottom)


def _paper(width: int, height: int, seed: int, tint: Colour) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    """Return security paper: waves of the tint, a gradient and fine grain."""
    grain = np.random.default_rng(seed)
    across = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    phase, pitch = grain.uniform(0, 6, 2).astype(np.float32), grain.uniform(20, 40)
    waves = np.sin(pitch * across + 3 * np.sin(7 * down + phase[0])) + np.sin(
        pitch * down + 2 * np.sin(5 * across + phase[1])
    )
    speckles = grain.integers(0, 10, (height, width), dtype=np.uint8) == 0
    shade = (3.0 * waves + 14 * (across - down)).astype(np.int16) + speckles
    paper: np.ndarray[tuple[int, int, int], np.dtype[np.uint8]] = np.clip(
        shade[:, :, None] + np.array(tint, np.int16), 0, 255
    ).astype(np.uint8)
    return paper
