"""Two specimens in one picture."""

from __future__ import annotations

import io
from typing import NamedTuple

from PIL import Image

from emulator.specimens import DocumentKind, draw, extract

Values = dict[str, str]
TABLE = (92, 84, 76)
_GAP = 20


class Arrangement(NamedTuple):
    """Two kinds of documents beside or above each other, and the size of the second."""

    first: DocumentKind
    second: DocumentKind
    below: bool
    scale: float


PAIRS: tuple[tuple[DocumentKind, DocumentKind], ...] = (
    ("resident", "driver"),
    ("driver", "driver"),
    ("credit-card", "credit-card"),
    ("passport", "resident"),
    ("resident", "resident"),
    ("passport", "passport"),
)
ARRANGEMENTS = [
    Arrangement(*pair, below, (1.0, 0.6, 0.8)[(at + below) % 3])
    for at, pair in enumerate(PAIRS)
    for below in (False, True)
]


def arranged(arrangement: Arrangement, seed: int) -> tuple[Image.Image, list[Values]]:
    """Return the picture, and the values of each document that its answer may have."""
    pictures, values = [], []
    for at, (kind, scale) in enumerate(((arrangement.first, 1.0), (arrangement.second, arrangement.scale))):
        image = draw(kind, seed + at, scale=scale)
        specimen = extract(image)
        assert specimen is not None
        joined: Values = {}
        for field in specimen.fields:
            joined[field.key] = f"{joined.get(field.key, '')}{field.value}"
        pictures.append(Image.open(io.BytesIO(image)))
        values.append(joined)
    one, other = pictures
    below = arrangement.below
    size = (max(one.width, other.width), one.height + other.height + _GAP) if below else (
        one.width + other.width + _GAP, max(one.height, other.height)
    )  # fmt: skip
    sheet = Image.new("RGB", (size[0] + 2 * _GAP, size[1] + 2 * _GAP), TABLE)
    sheet.paste(one, (_GAP, _GAP))
    sheet.paste(other, (_GAP, one.height + 2 * _GAP) if below else (one.width + 2 * _GAP, _GAP))
    return sheet, values


def is_mixed(read: Values, documents: list[Values]) -> bool:
    """Return whether no single document has all the values that were read."""

    def same(one: str, other: str) -> bool:
        return one.replace(" ", "") == other.replace(" ", "")

    return not any(
        all(same(value, document.get(key, "")) for key, value in read.items() if value) for document in documents
    )
