"""Whether an image may be sent. Its type is decided by its first bytes."""

from __future__ import annotations

from sealed_ocr.analysis.messages import Rejection, new_rejection
from sealed_ocr.aws.images import S3Image
from sealed_ocr.common.sizes import readable_size

_FILE_NAMES = {b"\x89PNG\r\n\x1a\n": "image.png", b"\xff\xd8\xff": "image.jpg"}
_SIGNATURE_BYTES = 8


def check_image(image: S3Image, max_bytes: int) -> Rejection | None:
    """Name the file by its type; return a rejection if the image must not be sent."""
    if image.size == 0:
        return new_rejection("image-empty", "the object has no bytes")
    if image.size > max_bytes:
        return new_rejection(
            "image-too-large",
            f"the image has {readable_size(image.size)} ({image.size:,} bytes);"
            f" at most {readable_size(max_bytes)} ({max_bytes:,} bytes) are allowed",
        )
    head = image.head(_SIGNATURE_BYTES)
    file_name = next((name for start, name in _FILE_NAMES.items() if head.startswith(start)), None)
    if file_name is None:
        return new_rejection("image-type-unsupported", "the file is neither a PNG nor a JPEG image")
    image.file_name = file_name
    return None
