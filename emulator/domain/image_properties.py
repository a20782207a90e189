"""The properties of an image file that do not depend on its content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from emulator.domain.result_codes import Code, Refusal
from workstation.image_decoding import JPEG_START, TooManyPixels, UndecodableImage, require_complete
from workstation.image_segments import PNG_SIGNATURE

_FILE_TYPES: dict[bytes, Literal["png", "jpg"]] = {PNG_SIGNATURE: "png", JPEG_START: "jpg"}
_RECOMMENDED_LONG, _RECOMMENDED_SHORT = 760, 480


@dataclass(frozen=True)
class ImageProperties:
    """`file_type` and `resolution` of the guide's result; `size` is the width and height in pixels."""

    file_type: Literal["png", "jpg"]
    resolution: Literal["normal", "low"]
    size: tuple[int, int]


def inspect_image(image: bytes) -> ImageProperties:
    """Decode the complete image and return its properties.

    Raises
    ------
    Refusal
        EMPTY_FILE; INVALID_FILE_TYPE, decided by the first bytes (facts); TOO_LARGE for more pixels than are decoded;
        INVALID_FILE if the image is broken or truncated.
    """
    if not image:
        raise Refusal(Code.EMPTY_FILE)
    file_type = next((kind for magic, kind in _FILE_TYPES.items() if image.startswith(magic)), None)
    if file_type is None:
        raise Refusal(Code.INVALID_FILE_TYPE)
    try:
        size = require_complete(image)
    except TooManyPixels as error:
        raise Refusal(Code.TOO_LARGE, str(error)) from None
    except UndecodableImage:
        raise Refusal(Code.INVALID_FILE) from None
    return ImageProperties(file_type, _resolution(*size), size)


def _resolution(width: int, height: int) -> Literal["normal", "low"]:
    """Return "normal" for at least 760*480 pixels in either orientation, otherwise "low"."""
    long, short = max(width, height), min(width, height)
    return "normal" if long >= _RECOMMENDED_LONG and short >= _RECOMMENDED_SHORT else "low"
