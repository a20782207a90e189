"""PNG and JPEG files of every pixel format, decoded to the same picture."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from workstation import image_decoding
from workstation.image_decoding import TooManyPixels, UndecodableImage, decode, require_complete, size_of
from workstation.image_segments import PNG_SIGNATURE

pytestmark = pytest.mark.unit

PICTURE = Image.new("RGB", (40, 30), "white")
ImageDraw.Draw(PICTURE).rectangle((10, 10, 25, 20), fill="black")
GREY = PICTURE.convert("L")
INK = GREY.point(lambda level: 255 - level)


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def saved(picture: Image.Image, fmt: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, fmt, **options)
    return file.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int, height: int, bits: int, colour: int, rows: bytes, *more: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    return PNG_SIGNATURE + header + b"".join(more) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def with_chunk(content: bytes, name: bytes, data: bytes) -> bytes:
    return content[:33] + chunk(name, data) + content[33:]


def with_segment(content: bytes, marker: int, data: bytes) -> bytes:
    return content[:2] + struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data + content[2:]


def ink_on(alpha: Image.Image) -> Image.Image:
    """Return black everywhere, visible where `alpha` is."""
    return Image.merge("LA", (Image.new("L", alpha.size), alpha))


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: saved(PICTURE), id="rgb"),
        pytest.param(lambda: saved(PICTURE.convert("1")), id="one bit"),
        pytest.param(lambda: saved(PICTURE.convert("1"), transparency=255), id="one bit, white is transparent"),
        pytest.param(lambda: saved(GREY), id="grey"),
        pytest.param(lambda: saved(ink_on(INK)), id="ink on transparent"),
        pytest.param(lambda: saved(ink_on(INK).convert("RGBA")), id="coloured ink on transparent"),
        pytest.param(lambda: saved(PICTURE.quantize(4)), id="palette"),
        pytest.param(lambda: saved(PICTURE, transparency=(255, 255, 255)), id="a transparent colour"),
        pytest.param(lambda: saved(Image.fromarray(np.asarray(GREY).astype(np.uint16) * 257)), id="16-bit grey"),
        pytest.param(
            lambda: saved(Image.fromarray(np.asarray(GREY).astype(np.uint16) * 257), transparency=65535),
            id="16-bit grey, white is transparent",
        ),
        pytest.param(lambda: saved(PICTURE, "JPEG"), id="jpeg"),
        pytest.param(lambda: saved(GREY, "JPEG", progressive=True), id="grey jpeg"),
        pytest.param(lambda: saved(PICTURE.convert("CMYK"), "JPEG"), id="cmyk jpeg"),
    ],
)
def test_every_pixel_format_gives_the_same_picture(make: Callable[[], bytes]) -> None:
    decoded = decode(make())
    assert (decoded.picture.mode, decoded.size, decoded.mirrored) == ("RGB", (40, 30), False)
    difference = np.abs(np.asarray(decoded.picture, np.int16) - np.asarray(PICTURE, np.int16))
    assert np.quantile(difference, 0.9) <= 4


def test_half_transparent_ink_is_grey() -> None:
    palette = PICTURE.quantize(2)
    clear = bytes(0 if palette.getpalette()[3 * at] else 128 for at in range(2))  # type: ignore[index]  # it has one
    assert decode(saved(palette, transparency=clear)).picture.getpixel((15, 15)) == (127, 127, 127)


def test_16_bit_grey_is_scaled_not_clipped() -> None:
    levels = np.array([[0, 300, 32896, 65535]], np.uint16)
    picture = decode(saved(Image.fromarray(levels))).picture
    assert [picture.getpixel((at, 0)) for at in range(4)] == [(0,) * 3, (1,) * 3, (128,) * 3, (255,) * 3]


def test_a_transparent_colour_of_16_bits_is_ignored() -> None:
    white = struct.pack(">3H", *[65535] * 3)
    content = png(4, 4, 16, 2, (b"\0" + white * 4) * 4, chunk(b"tRNS", white))
    assert decode(content).picture.getpixel((0, 0)) == (255, 255, 255)


PROFILE = b"icc\0\0" + zlib.compress(bytes(20_000_000))
TEXT = PngInfo()
TEXT.add_text("Comment", "x" * 5_000_000, zip=True)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(saved(PICTURE, pnginfo=TEXT), id="a text of 5 MB in a few bytes"),
        pytest.param(with_chunk(saved(PICTURE), b"zTXt", b"Comment\0\0no zlib"), id="a broken text"),
        pytest.param(
            with_chunk(saved(PICTURE), b"iCCP", b"icc\0\0" + zlib.compress(bytes(20_000_000))), id="a profile"
        ),
        pytest.param(with_chunk(saved(PICTURE), b"iCCP", b"\0\0broken"), id="a broken profile"),
        pytest.param(with_chunk(saved(PICTURE), b"eXIf", b"MM\0*\xff\xff\xff\xff"), id="broken EXIF in a PNG"),
        pytest.param(with_segment(saved(PICTURE, "JPEG"), 0xE2, b"ICC_PROFILE\0"), id="a short profile in a JPEG"),
        pytest.param(with_segment(saved(PICTURE, "JPEG"), 0xE2, b"MPF\0" + b"\xff" * 40), id="a broken preview"),
        pytest.param(with_segment(saved(PICTURE, "JPEG"), 0xE1, b"Exif\0\0II*\0\x08\0\0\0\xff\xff"), id="broken EXIF"),
        pytest.param(with_segment(saved(PICTURE, "JPEG"), 0xED, b"Photoshop 3.0\0" + b"8BIM"), id="Photoshop's"),
        pytest.param(with_segment(saved(PICTURE, "JPEG"), 0xFE, b"\xff" * 60_000), id="a comment"),
    ],
)
def test_metadata_decide_nothing(content: bytes) -> None:
    assert size_of(content) == require_complete(content) == decode(content).picture.size == (40, 30)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("fmt", ["PNG", "JPEG"])
def test_four_orientations_are_mirrored(fmt: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert decode(saved(PICTURE, fmt, exif=exif)).mirrored == (orientation in {2, 4, 5, 7})


@pytest.mark.parametrize("fmt", ["PNG", "JPEG"])
def test_a_large_image_is_halved_and_its_size_stays_known(monkeypatch: pytest.MonkeyPatch, fmt: str) -> None:
    monkeypatch.setattr(image_decoding, "_MAX_DECODED_PIXELS", 1000)
    monkeypatch.setattr(image_decoding, "_ROWS", 8)
    large = PICTURE.resize((161, 121), Image.Resampling.NEAREST)
    decoded = decode(saved(large, fmt))
    assert decoded.size == (161, 121)
    assert decoded.picture.size in {(41, 31), (21, 16)}
    reference = np.asarray(large.resize(decoded.picture.size, Image.Resampling.BOX), np.int16)
    assert np.quantile(np.abs(np.asarray(decoded.picture, np.int16) - reference), 0.75) <= 8


def test_more_pixels_than_the_limit_are_refused_with_a_sentence_before_they_are_decoded() -> None:
    content = png(20_000, 10_001, 8, 2, b"")
    for call in (size_of, require_complete, decode):
        with pytest.raises(TooManyPixels, match="200,020,000 pixels, which is more than the limit of 200,000,000"):
            call(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        PNG_SIGNATURE,
        b"\xff\xd8\xff",
        saved(PICTURE)[:60],
        saved(PICTURE, "JPEG")[:-40],
        PNG_SIGNATURE + b"\xff" * 100,
        b"\xff\xd8" + b"\xff" * 100,
        png(4, 4, 3, 2, b"\0" * 100),
    ],
)
def test_other_files_are_refused(content: bytes) -> None:
    for call in (require_complete, decode):
        with pytest.raises(UndecodableImage):
            call(content)
