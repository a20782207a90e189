"""The fields of a specimen in the metadata of its image file.

They are JSON in UTF-8, in an ``iTXt`` chunk of a PNG or a comment segment of a JPEG.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterator

DocumentKind = Literal["credit-card", "resident", "driver", "passport"]
KEYWORD = b"sealed-ocr-specimen"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
JPEG_START = b"\xff\xd8"
# Limits for untrusted files. A real specimen has its fields in the first few parts and needs a few KiB.
MAX_PARTS, MAX_TEXT_BYTES = 1000, 60_000
_COMMENT, _START_OF_SCAN, _END = 0xFE, 0xDA, 0xD9


@dataclass(frozen=True)
class Field:
    """A drawn field. `box` has four (x, y) corners in pixels, clockwise from the top left, or no corners."""

    key: str
    value: str
    box: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Specimen:
    """An invented document. Its fields are ``cardNum`` (for each group) and ``validThru``, or the guide's keyValues."""

    document: DocumentKind
    fields: tuple[Field, ...]


def embed(image: bytes, specimen: Specimen) -> bytes:
    """Return the PNG or JPEG with the specimen's fields in its metadata.

    Raises
    ------
    ValueError
        The file has another type, or the fields are too long.
    """
    fields = [{"key": field.key, "value": field.value, "box": field.box} for field in specimen.fields]
    text = json.dumps({"document": specimen.document, "fields": fields}, ensure_ascii=False).encode()
    if len(text) > MAX_TEXT_BYTES:
        raise ValueError("the fields are too long for a comment")
    if image.startswith(PNG_SIGNATURE):
        header_end = len(PNG_SIGNATURE) + 25  # IHDR always comes first and always has 13 bytes
        return image[:header_end] + png_chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0" + text) + image[header_end:]
    if image.startswith(JPEG_START):
        header_end = 4 + int.from_bytes(image[4:6]) if image[2:4] == b"\xff\xe0" else 2
        return image[:header_end] + jpeg_comment(KEYWORD + b"\0" + text) + image[header_end:]
    raise ValueError("neither a PNG nor a JPEG")


def extract(image: bytes) -> Specimen | None:
    """Return the specimen that `embed` wrote, or None without valid metadata."""
    try:
        texts = _png_texts(image) if image.startswith(PNG_SIGNATURE) else _jpeg_comments(image)
        text = next((text for text in texts if text.startswith(KEYWORD + b"\0")), None)
        return _specimen(json.loads(text[text.index(b"{") :].decode())) if text else None
    except (ValueError, KeyError, TypeError, IndexError, struct.error, OverflowError, RecursionError):
        return None


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """Return a PNG chunk with its length and checksum."""
    return b"".join((struct.pack(">I", len(data)), kind, data, struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))))


def jpeg_comment(data: bytes) -> bytes:
    """Return a JPEG comment segment.

    Raises
    ------
    struct.error
        The data is longer than 65,533 bytes.
    """
    return struct.pack(">BBH", 0xFF, _COMMENT, len(data) + 2) + data


def _png_texts(image: bytes) -> Iterator[bytes]:
    at = len(PNG_SIGNATURE)
    for _ in range(MAX_PARTS):
        size, kind = struct.unpack_from(">I4s", image, at)
        if kind == b"iTXt" and size <= MAX_TEXT_BYTES + 100:
            yield image[at + 8 : at + 8 + size]
        at += 12 + size


def _jpeg_comments(image: bytes) -> Iterator[bytes]:
    at = len(JPEG_START) if image.startswith(JPEG_START) else len(image)
    for _ in range(MAX_PARTS):
        start, kind, size = struct.unpack_from(">BBH", image, at)
        if start != 0xFF or kind in (_START_OF_SCAN, _END) or size < 2:
            return
        if kind == _COMMENT:
            yield image[at + 4 : at + 2 + size]
        at += 2 + size


def _specimen(tree: Any) -> Specimen:
    if tree["document"] not in get_args(DocumentKind):
        raise ValueError("no such document")
    fields = tuple(Field(_text(raw["key"]), _text(raw["value"]), _box(raw["box"])) for raw in tree["fields"])
    return Specimen(tree["document"], fields)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _box(raw: Any) -> tuple[tuple[int, int], ...]:
    if len(raw) not in (0, 4):
        raise ValueError("a box has four corners or none")
    return tuple((int(x), int(y)) for x, y in raw)
