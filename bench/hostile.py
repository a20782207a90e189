"""The set "hostile": pictures that a reader misreads if it guesses, with everything that may be read from each."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from random import Random

import numpy as np
from PIL import Image

from bench.hostile_drawings import HostilePicture, Values, glare, joined, months, names, png, zones
from emulator.domain.key_pairs import KeyService
from emulator.specimens import DOCUMENTS, DocumentKind, draw, extract

TABLE = (92, 84, 76)
GAP = 20


def two_documents(seed: int) -> HostilePicture:
    """Return two documents beside or above each other, the second of 60, 80 or 100% of its size."""
    first, second, below, scale = ARRANGEMENTS[seed % len(ARRANGEMENTS)]
    one, one_values = _specimen(first, seed, 1.0)
    other, other_values = _specimen(second, seed + 500, scale)
    if below:
        sheet = Image.new("RGB", (max(one.width, other.width) + 2 * GAP, one.height + other.height + 3 * GAP), TABLE)
    else:
        sheet = Image.new("RGB", (one.width + other.width + 3 * GAP, max(one.height, other.height) + 2 * GAP), TABLE)
    sheet.paste(one, (GAP, GAP))
    sheet.paste(other, (GAP, one.height + 2 * GAP) if below else (one.width + 2 * GAP, GAP))
    return HostilePicture(png(sheet), _service(first), (one_values, other_values))


_PAIRS: tuple[tuple[DocumentKind, DocumentKind], ...] = (
    ("resident", "driver"),
    ("driver", "driver"),
    ("credit-card", "credit-card"),
    ("passport", "resident"),
    ("resident", "resident"),
    ("passport", "passport"),
)
ARRANGEMENTS = [
    (*pair, below, (1.0, 0.6, 0.8)[(at + below) % 3]) for at, pair in enumerate(_PAIRS) for below in (False, True)
]


def formats(seed: int) -> HostilePicture:
    """Return a specimen in another pixel format."""
    kind = DOCUMENTS[seed % len(DOCUMENTS)]
    picture, values = _specimen(kind, seed, 1.0)
    grey = picture.convert("L")
    match seed % 5:
        case 0:
            file = png(Image.fromarray(np.asarray(grey).astype(np.uint16) * 257))
        case 1:
            darkness = grey.point(lambda level: 255 - level)
            ink = Image.new("L", grey.size, 255 if kind == "credit-card" else 0)
            file = png(Image.merge("LA", (ink, grey if kind == "credit-card" else darkness)))
        case 2:
            file = png(picture.quantize(64))
        case 3:
            file = _jpeg(picture.convert("CMYK"))
        case _:
            file = _jpeg(grey)
    return HostilePicture(file, _service(kind), (values,))


def mirrored(seed: int) -> HostilePicture:
    """Return a specimen with one of EXIF's mirrored orientations, or mirrored without a word about it."""
    kind = DOCUMENTS[seed % len(DOCUMENTS)]
    picture, values = _specimen(kind, seed, 1.0)
    orientation = (2, 4, 5, 7, 0)[seed % 5]
    turns = {4: Image.Transpose.ROTATE_180, 5: Image.Transpose.ROTATE_90, 7: Image.Transpose.ROTATE_270}
    picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if orientation in turns:
        picture = picture.transpose(turns[orientation])
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92, exif=exif)
    return HostilePicture(out.getvalue(), _service(kind), (values,))


def shapes(seed: int) -> HostilePicture:
    """Return a picture without a document whose sides are very short or very different."""
    rng = Random(f"shapes/{seed}")
    sides = (rng.choice((1, 2, 8, 31, 33)), rng.choice((1, 40, 900, 3000, 30_000)))
    picture = Image.new("L", sides if seed % 2 else sides[::-1], rng.choice((0, 128, 255)))
    return HostilePicture(png(picture), "id-card", ({},))


SETS: dict[str, tuple[Callable[[int], HostilePicture], int]] = {
    "two documents": (two_documents, 84),
    "months": (months, 90),
    "names": (names, 96),
    "glare": (glare, 90),
    "zones": (zones, 60),
    "formats": (formats, 40),
    "mirrored": (mirrored, 40),
    "shapes": (shapes, 20),
}


def pictures(name: str, first_seed: int) -> Iterator[HostilePicture]:
    """Yield the pictures of a set."""
    make, count = SETS[name]
    for seed in range(first_seed, first_seed + count):
        yield make(seed)


def _specimen(kind: DocumentKind, seed: int, scale: float) -> tuple[Image.Image, Values]:
    image = draw(kind, seed, scale=scale)
    specimen = extract(image)
    assert specimen is not None
    return Image.open(io.BytesIO(image)).convert("RGB"), joined((field.key, field.value) for field in specimen.fields)


def _service(kind: DocumentKind) -> KeyService:
    return "credit-card" if kind == "credit-card" else "id-card"


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92)
    return out.getvalue()
