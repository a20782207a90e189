"""Blacks out the numbers on an image by the boxes of its message. ``number_boxes`` says which numbers."""

from __future__ import annotations

import io
from typing import Any

from number_boxes import CannotRedact, Point, bars
from PIL import Image, ImageDraw

# An A4 page at 600 dpi has 35 million pixels. A stranger's file may claim any number.
_MAX_PIXELS = 50_000_000
_ORIENTATION = 0x0112
# How a picture is turned upright for each value of EXIF's orientation.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def redact(image: bytes, result: dict[str, Any]) -> bytes:
    """Return a copy of the image with its numbers blacked out, upright, and without any metadata.

    Parameters
    ----------
    image
        The PNG or JPEG that was uploaded. The copy has the same format.
    result
        ``data.result`` of its message.

    Raises
    ------
    CannotRedact
        If a number was not read or has no box, or the image cannot be read.
    """
    corners = [bar.corners() for bar in bars(result)]
    try:
        with Image.open(io.BytesIO(image), formats=("PNG", "JPEG")) as file:
            if file.width * file.height > _MAX_PIXELS:
                raise CannotRedact("the image has too many pixels")
            orientation = file.getexif().get(_ORIENTATION, 1)
            copy = _black_out(_rgb(file), orientation, corners)
            written = io.BytesIO()
            copy.save(written, str(file.format), quality=90)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise CannotRedact("the image cannot be read") from None
    return written.getvalue()


def _black_out(picture: Image.Image, orientation: int, corners: list[list[Point]]) -> Image.Image:
    """Return the picture upright, with the bars.

    The vendor does not say whether boxes follow the orientation that EXIF gives. With one, both places are black.
    """
    _draw(picture, corners)
    if turn := _TURNS.get(orientation):
        picture = picture.transpose(turn)
        _draw(picture, corners)
    # A new picture has no metadata that Pillow could write.
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    return clean


def _draw(picture: Image.Image, corners: list[list[Point]]) -> None:
    pen = ImageDraw.Draw(picture)
    for each in corners:
        pen.polygon(each, fill="black")


def _rgb(file: Image.Image) -> Image.Image:
    """Return the picture as people see it: transparency on white, 16-bit grey scaled to 8."""
    if file.mode.startswith("I;16") or file.mode == "I":
        return file.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if file.has_transparency_data:
        white = Image.new("RGBA", file.size, "white")
        return Image.alpha_composite(white, file.convert("RGBA")).convert("RGB")
    return file.convert("RGB")
