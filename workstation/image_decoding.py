"""Decodes PNG and JPEG files of any pixel format to RGB, for everything here that reads or shows an image.

Only what a file needs for its pixels is decoded. Texts, colour profiles, previews and damaged metadata have no effect.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from workstation.image_segments import PNG_SIGNATURE, Essentials, jpeg_essentials, png_essentials

if TYPE_CHECKING:
    from collections.abc import Callable

JPEG_START = b"\xff\xd8\xff"
# Phones take photographs of up to 200 megapixels. Decoded, they need 0.8 GB.
MAX_PIXELS = 200_000_000
# The longest of these that an image exceeds halves it: the smallest print on a photographed card stays sharp.
_MAX_DECODED_PIXELS = 50_000_000
# Rows that are converted at a time, so that a large image is in memory once, in its own format.
_ROWS = 256
_FORMATS: dict[bytes, Callable[[bytes], Essentials]] = {PNG_SIGNATURE: png_essentials, JPEG_START: jpeg_essentials}

# `TooManyPixels` takes the place of Pillow's limit, which would print a warning below it.
Image.MAX_IMAGE_PIXELS = None


class UndecodableImage(ValueError):
    """The file is not a complete PNG or JPEG image."""


class TooManyPixels(UndecodableImage):
    """The image has more than `MAX_PIXELS`. The text is a sentence that names the limit."""


@dataclass(frozen=True)
class DecodedImage:
    """An image in RGB: transparent pixels lie on white, and 16-bit grey is scaled.

    Attributes
    ----------
    picture
        The pixels in the order of the file, smaller than `size` if the image is large.
    size
        Width and height in the file.
    mirrored
        Whether EXIF demands a reflection (orientations 2, 4, 5 and 7). The picture then shows mirrored text.
    """

    picture: Image.Image
    size: tuple[int, int]
    mirrored: bool


def size_of(content: bytes) -> tuple[int, int]:
    """Return width and height of an image without decoding its pixels.

    Raises
    ------
    UndecodableImage
        The file does not begin like an image, or (TooManyPixels) the image is too large.
    """
    with _opened(_essentials(content)) as image:
        return image.size


def require_complete(content: bytes) -> tuple[int, int]:
    """Decode all pixels of an image and return its width and height.

    Raises
    ------
    UndecodableImage
        The file is broken or truncated, or (TooManyPixels) the image is too large.
    """
    with _opened(_essentials(content)) as image:
        size = image.size
        image.draft(None, (1, 1))
        _load(image)
        return size


def decode(content: bytes) -> DecodedImage:
    """Decode an image. An image of more than 50 megapixels is halved, once or more.

    Raises
    ------
    UndecodableImage
        The file is broken or truncated, or (TooManyPixels) the image is too large.
    """
    essentials = _essentials(content)
    with _opened(essentials) as image:
        size, factor = image.size, 1
        while size[0] * size[1] > _MAX_DECODED_PIXELS * factor**2:
            factor *= 2
        # A JPEG is halved while it is decoded.
        image.draft(None, (size[0] // factor, size[1] // factor))
        _load(image)
        picture = _in_rgb(image, max(1, round(factor * image.width / size[0])))
    return DecodedImage(picture, size, essentials.orientation in {2, 4, 5, 7})


def _essentials(content: bytes) -> Essentials:
    for start, essentials in _FORMATS.items():
        if content.startswith(start):
            return essentials(content)
    raise UndecodableImage("the file is neither a PNG nor a JPEG image")


def _opened(essentials: Essentials) -> Image.Image:
    image: Image.Image = _translated(lambda: Image.open(io.BytesIO(essentials.file), formats=["PNG", "JPEG"]))
    pixels = image.width * image.height
    if pixels > MAX_PIXELS:
        image.close()
        raise TooManyPixels(f"the image has {pixels:,} pixels, which is more than the limit of {MAX_PIXELS:,}")
    return image


def _load(image: Image.Image) -> None:
    _translated(image.load)


def _translated(call: Callable[[], Any]) -> Any:
    """Call Pillow. Its decoders raise different exceptions for broken files."""
    try:
        return call()
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError):
        raise UndecodableImage("the file is not a complete image") from None


def _in_rgb(image: Image.Image, factor: int) -> Image.Image:
    if image.mode == "RGB" and "transparency" not in image.info and factor == 1:
        return image.copy()
    picture = Image.new("RGB", (ceil(image.width / factor), ceil(image.height / factor)))
    for top in range(0, image.height, _ROWS):
        rows = image.crop((0, top, image.width, min(image.height, top + _ROWS)))
        picture.paste(_on_white(rows).reduce(factor), (0, top // factor))
    return picture


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        image = _in_eight_bits(image)
    elif image.mode == "RGB" and max(image.info.get("transparency", (0,))) > 255:
        del image.info["transparency"]  # one of 16-bit colours, which Pillow has reduced to 8 bits
    if "A" not in image.mode and "transparency" not in image.info:
        return image.convert("RGB")
    white = Image.new("RGBA", image.size, "white")
    white.alpha_composite(image.convert("RGBA"))
    return white.convert("RGB")


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Return 16-bit grey, which Pillow would clip, in 8 bits."""
    levels = np.asarray(image).astype(np.uint32)
    grey = Image.fromarray(((levels + 128) // 257).astype(np.uint8))
    if "transparency" not in image.info:
        return grey
    opaque = Image.fromarray(np.where(levels == image.info["transparency"], 0, 255).astype(np.uint8))
    return Image.merge("LA", (grey, opaque))
