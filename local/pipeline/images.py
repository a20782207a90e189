"""The images that are uploaded: their kinds, names and keys."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.specimens import draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emulator.specimens import SpecimenKind

KINDS = ("credit-card", "id-card", "id-card/stand-alone")
_SPECIMENS: tuple[tuple[str, SpecimenKind], ...] = (
    ("credit-card", "credit-card"),
    ("id-card", "resident"),
    ("id-card", "driver"),
    ("id-card", "passport"),
    ("id-card/stand-alone", "resident"),
)


@dataclass(frozen=True)
class Image:
    """An image to upload: its kind (the key's folder), its file name, and its bytes or the path of its file."""

    kind: str
    name: str
    content: bytes | Path

    def read(self) -> bytes:
        """Return the bytes."""
        return self.content.read_bytes() if isinstance(self.content, Path) else self.content


def specimens(count: int) -> list[Image]:
    """Return ``count`` different invented documents of every kind."""
    return [
        Image(kind, f"{document}-{seed:04d}.png", draw(document, seed))
        for seed in range(count)
        for kind, document in _SPECIMENS
    ]


def resident_specimen() -> Image:
    """Return an invented resident card, which can be verified."""
    return Image("id-card", "resident.png", draw("resident", 0))


def assign_keys(images: Sequence[Image], run_id: str) -> dict[str, Image]:
    """Return the images by the keys under which they are uploaded: ``<kind>/<run>/<file name>``.

    If another image of the run has the same name, the key gets a numbered folder before the name.
    """
    by_key: dict[str, Image] = {}
    for image in images:
        key, number = f"{image.kind}/{run_id}/{image.name}", 1
        while key in by_key:
            number += 1
            key = f"{image.kind}/{run_id}/{number}/{image.name}"
        by_key[key] = image
    return by_key


def new_run_id() -> str:
    """Return a key prefix that no other run has. The same bytes under the same key would be the same document."""
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
