"""Draws the recognised fields onto a copy of the analyzed image."""

from __future__ import annotations

import io
import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pylopdf_fonts_ko
from PIL import Image, ImageDraw, ImageFont

from workstation.image_decoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

_COLOURS = ("#d81b60", "#1e88e5", "#00897b", "#8e24aa", "#f4511e")
_MAX_SIDE = 2000
_MIN_TAG_SIZE = 14
_ROWS_PER_SIDE = 36
"""The text of the list grows with the image."""


class _Entry(NamedTuple):
    name: str
    value: str
    conf: str
    corners: list[tuple[float, float]]


def draw(image: bytes, result: dict[str, Any]) -> bytes:
    """Return a PNG of the image with numbered boxes, above a list of the fields, their values and confidences.

    Images longer than 2,000 pixels are made smaller.

    Parameters
    ----------
    image : bytes
        The PNG or JPEG that was analyzed.
    result : dict
        The OCR service's decrypted ``result``, as the guide's "Credit Card Analysis API" and "ID Card Analysis API"
        define it. Missing members are skipped.

    Raises
    ------
    UndecodableImage
        If ``image`` is not a complete image. (This is a ValueError.)
    """
    decoded = decode(image)
    size, picture = decoded.size, decoded.picture
    picture.thumbnail((_MAX_SIDE, _MAX_SIDE))
    entries = [*_card_entries(result), *_id_entries(result)]
    row = max(14, max(picture.size) // _ROWS_PER_SIDE)
    font = _font(round(row * 0.66))
    values = 3 * row + max((font.getlength(entry.name) for entry in entries), default=0)
    longest = max((font.getlength(_entry_text(entry)) for entry in entries), default=0)
    width = max(picture.width, round(values + longest + row))
    sheet = Image.new("RGB", (width, picture.height + row * (len(entries) + 1)), "white")
    sheet.paste(picture)
    pen = ImageDraw.Draw(sheet)
    across, down = picture.width / size[0], picture.height / size[1]
    for number, entry in enumerate(entries):
        colour = _COLOURS[number % len(_COLOURS)]
        if entry.corners:
            corners = [(x * across, y * down) for x, y in entry.corners]
            # On a small card in a large picture, a disc of the list's size would hide the field.
            tag = min(row, max(_MIN_TAG_SIZE, round(math.dist(corners[0], corners[3]))))
            pen.polygon(corners, outline=colour, width=max(2, tag // 10))
            _draw_tag(pen, corners[0], str(number + 1), colour, tag)
        top = picture.height + row * (number + 0.5)
        _draw_tag(pen, (row, top + row * 0.5), str(number + 1), colour, row)
        pen.text((2 * row, top), entry.name, "#606060", font)
        pen.text((values, top), _entry_text(entry), "#202020", font)
    out = io.BytesIO()
    sheet.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _entry_text(entry: _Entry) -> str:
    return f"{entry.value}   {entry.conf}".strip()


def _draw_tag(pen: ImageDraw.ImageDraw, at: tuple[float, float], number: str, colour: str, size: int) -> None:
    """Draw a number in a disc. At the image's edge the disc is moved inside."""
    radius = size * 0.42
    x, y = max(at[0], radius), max(at[1], radius)
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), colour)
    pen.text((x, y), number, "white", _font(round(size * 0.5)), anchor="mm")


def _card_entries(result: dict[str, Any]) -> Iterator[_Entry]:
    boxes = result.get("cardNumBoxes") or []
    for at, number in enumerate(result.get("cardNums") or []):
        yield _entry(f"cardNums[{at}]", number or {}, boxes[at] if at < len(boxes) else None)
    if result.get("validThru"):
        yield _entry("validThru", result["validThru"], result.get("validThruBox"))


def _id_entries(result: dict[str, Any]) -> Iterator[_Entry]:
    """Use the value's own ``bbox`` (facts). Without one, use ``boxes`` if it has exactly one box per value."""
    values, boxes = result.get("keyValues") or [], result.get("boxes") or []
    # An OCR service other than the emulator may set any of them to null.
    for at, value in ((at, value) for at, value in enumerate(values) if value):
        box = value.get("bbox") or (boxes[at] if len(boxes) == len(values) else None)
        yield _entry(str(value.get("key", "")), value, box)


def _entry(name: str, value: dict[str, Any], box: dict[str, Any] | None) -> _Entry:
    conf = value.get("conf")
    corners = [(float(box[f"x{at}"]), float(box[f"y{at}"])) for at in range(1, 5)] if box else []
    text = " ".join(str(value.get("value") or "").split())
    return _Entry(name, text, f"{conf:.2f}" if isinstance(conf, int | float) else "", corners)


@lru_cache(maxsize=16)
def _font(pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(pylopdf_fonts_ko.sans_path()), pixels)
