"""The properties of an image file that do not depend on its content."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Literal

from PIL import Image

from emulator.domain.result_codes import Code, Refusal

_FILE_TYPES: dict[bytes, Literal["png", "jpg"]] = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
_RECOMMENDED_LONG, _RECOMMENDED_SHORT = 760, 480
# An A4 page at 600 dpi has 35 million pixels. A far larger image is an attempt to exhaust the memory.
_MAX_PIXELS = 100_000_000


@dataclass(frozen=True)
class ImageProperties:
    """`file_type` and `resolution` of the guide's result."""

    file_type: Literal["png", "jpg"]
    resolution: Literal["normal", "low"]


def inspect_image(image: bytes) -> ImageProperties:
    """Decode the complete image and return its properties.

    Raises
    ------
    Refusal
        EMPTY_FILE; INVALID_FILE_TYPE, decided by the first bytes (facts); INVALID_FILE if the image is broken or
        truncated.
    """
    if not image:
        raise Refusal(Code.EMPTY_FILE)
    file_type = next((kind for magic, kind in _FILE_TYPES.items() if image.startswith(magic)), None)
    if file_type is None:
        raise Refusal(Code.INVALID_FILE_TYPE)
    return ImageProperties(file_type, _resolution(*_decoded_size(image)))


def _decoded_size(image: bytes) -> tuple[int, int]:
    try:
        with Image.open(io.BytesIO(image), formats=["PNG", "JPEG"]) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                raise Refusal(Code.INVALID_FILE)
            picture.load()
            return picture.size
    # Pillow's decoders raise different exceptions for broken files.
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        IndexError,
        KeyError,
        MemoryError,
        Image.DecompressionBombError,
    ):
        raise Refusal(Code.INVALID_FILE) from None


def _resolution(width: int, height: int) -> Literal["normal", "low"]:
    """Return "normal" for at least 760*480 pixels in either orientation, otherwise "low"."""
    long, short = max(width, height), min(width, height)
    return "normal" if long >= _RECOMMENDED_LONG and short >= _RECOMMENDED_SHORT else "low"
