"""The parts of a PNG or JPEG file that its pixels need, and the orientation in its EXIF data."""

from __future__ import annotations

from typing import Literal, NamedTuple

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_EXIF_START = b"Exif\x00\x00"
# Segments that decide about a JPEG's colours, by marker: how they begin, and their smallest length.
_JPEG_COLOUR_SEGMENTS = {0xE0: (b"JFIF\x00", 14), 0xEE: (b"Adobe", 12)}
_START_OF_SCAN, _END_OF_IMAGE, _COMMENT, _EXIF = 0xDA, 0xD9, 0xFE, 0xE1
_ORIENTATION_TAG, _SHORT = 0x0112, 3
_BYTE_ORDERS: dict[bytes, Literal["little", "big"]] = {b"II*\x00": "little", b"MM\x00*": "big"}


class Essentials(NamedTuple):
    """A file without texts, colour profiles and the like, and its EXIF orientation from 1 to 8 (without one: 1)."""

    file: bytes
    orientation: int


def png_essentials(content: bytes) -> Essentials:
    """Return the parts of a PNG file. What follows a damaged chunk is kept for the decoder to judge."""
    parts, exif, at = [PNG_SIGNATURE], b"", len(PNG_SIGNATURE)
    while at + 12 <= len(content):
        name, end = content[at + 4 : at + 8], at + 12 + int.from_bytes(content[at : at + 4])
        if name in _PNG_CHUNKS:
            parts.append(content[at:end])
        elif name == b"eXIf":
            exif = exif or content[at + 8 : end - 4]
        at = end
        if name == b"IEND":
            break
    return Essentials(b"".join(parts), _orientation(exif))


def jpeg_essentials(content: bytes) -> Essentials:
    """Return the parts of a JPEG file, with everything from the first scan on."""
    parts, exif, at = [content[:2]], b"", 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4])
        if marker in {_START_OF_SCAN, _END_OF_IMAGE} or end < at + 4:
            break
        segment = content[at + 4 : end]
        start, shortest = _JPEG_COLOUR_SEGMENTS.get(marker, (b"", 0))
        application = 0xE0 <= marker <= 0xEF
        if not (application or marker == _COMMENT) or (
            shortest <= len(segment) and start and segment.startswith(start)
        ):
            parts.append(content[at:end])
        elif marker == 0xE1 and segment.startswith(_EXIF_START):
            exif = exif or segment[len(_EXIF_START) :]
        at = end
    return Essentials(b"".join([*parts, content[at:]]), _orientation(exif))


def _decides_about_pixels(marker: int, segment: bytes) -> bool:
    if 0xE0 <= marker <= 0xEF or marker == _COMMENT:
        start, shortest = _JPEG_COLOUR_SEGMENTS.get(marker, (b"", 0))
        return bool(start) and segment.startswith(start) and len(segment) >= shortest
    return True


def _orientation(exif: bytes) -> int:
    """Return the orientation in the first directory of TIFF data, or 1."""
    if exif[:4] not in _BYTE_ORDERS:
        return 1
    order = _BYTE_ORDERS[exif[:4]]

    def number(at: int, size: int) -> int:
        return int.from_bytes(exif[at : at + size], order)

    directory = number(4, 4)
    for entry in range(directory + 2, directory + 2 + 12 * number(directory, 2), 12):
        if number(entry, 2) == _ORIENTATION_TAG and number(entry + 2, 2) == _SHORT:
            value = number(entry + 8, 2)
            return value if 1 <= value <= 8 else 1
    return 1
