"""Image files of drawn pictures: PNG or JPEG, padded to any size."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Literal

from emulator.specimens.metadata import PNG_SIGNATURE, jpeg_comment, png_chunk

if TYPE_CHECKING:
    from PIL import Image

Format = Literal["png", "jpeg"]
_PNG_CHUNK, _PNG_END, _JPEG_SEGMENT, _JPEG_COMMENT = 12, 12, 65_533, 4


def encode(picture: Image.Image, fmt: Format) -> bytes:
    """Return the picture as a file. The same picture always gives the same bytes."""
    out = io.BytesIO()
    if fmt == "png":
        picture.save(out, "PNG", compress_level=1)
    else:
        picture.save(out, "JPEG", quality=92)
    return out.getvalue()


def pad(image: bytes, size: int) -> bytes:
    """Return the same picture in a file of exactly `size` bytes.

    Raises
    ------
    ValueError
        `size` is too small.
    """
    missing = size - len(image)
    if missing == 0:
        return image
    if missing < _PNG_CHUNK:
        raise ValueError(f"a file of {len(image)} bytes cannot become one of {size}")
    if image.startswith(PNG_SIGNATURE):
        # An ancillary, private, safe-to-copy chunk: every decoder skips it.
        return image[:-_PNG_END] + png_chunk(b"spAd", bytes(missing - _PNG_CHUNK)) + image[-_PNG_END:]
    return b"".join((_jpeg_head(image), *_comments(missing), image[len(_jpeg_head(image)) :]))


def _jpeg_head(image: bytes) -> bytes:
    """Return everything before the quantisation tables. Padding after it follows the specimen's comment."""
    return image[: image.index(b"\xff\xdb")]


def _comments(missing: int) -> list[bytes]:
    whole, rest = divmod(missing, _JPEG_SEGMENT + _JPEG_COMMENT)
    if 0 < rest < _JPEG_COMMENT:  # too little for a separate segment: take a full one apart
        whole, rest = whole - 1, rest + _JPEG_SEGMENT + _JPEG_COMMENT
    sizes = [_JPEG_SEGMENT] * whole
    if rest > _JPEG_SEGMENT + _JPEG_COMMENT:
        sizes += [100, rest - 100 - 2 * _JPEG_COMMENT]
    elif rest:
        sizes.append(rest - _JPEG_COMMENT)
    return [jpeg_comment(bytes(size)) for size in sizes]
