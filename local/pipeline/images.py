"""The images that are uploaded: their kinds, names and keys."""

from __future__ import annotations

import secrets
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sealed_ocr.common.kinds import Kind

from emulator.specimens import draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emulator.specimens import SpecimenKind

KINDS: tuple[str, ...] = tuple(Kind)
_SPECIMENS: tuple[tuple[str, SpecimenKind], ...] = (
    ("credit-card", "credit-card"),
    ("id-card", "resident"),
    ("id-card", "driver"),
    ("id-card", "passport"),
    ("id-card/stand-alone", "resident"),
)


@dataclass(frozen=True)
class ImageFile:
    """An image to upload: its kind (the key's folder), its file name, and its bytes or where they come from."""

    kind: str
    name: str
    content: bytes | Path | Future[bytes]

    def read(self) -> bytes:
        """Return the bytes, as soon as they are there."""
        if isinstance(self.content, Path):
            return self.content.read_bytes()
        return self.content.result() if isinstance(self.content, Future) else self.content


def specimens(count: int) -> list[ImageFile]:
    """Return ``count`` different invented documents of every kind. They are drawn in the background, in this order."""
    artist = ThreadPoolExecutor(1, "specimens")
    return [
        ImageFile(kind, f"{document}-{seed:04d}.png", artist.submit(draw, document, seed))
        for seed in range(count)
        for kind, document in _SPECIMENS
    ]


def resident_specimen() -> ImageFile:
    """Return an invented resident card, which can be verified."""
    return ImageFile("id-card", "resident.png", draw("resident", 0))


def kind_of_key(key: str) -> str | None:
    """Return the kind whose folder holds the key, or None. Of nested folders the innermost one counts."""
    return max((kind for kind in KINDS if key.startswith(f"{kind}/")), key=len, default=None)


def assign_keys(images: Sequence[ImageFile], run_id: str) -> dict[str, ImageFile]:
    """Return the images by the keys under which they are uploaded: ``<kind>/<run>/<file name>``.

    If another image of the run has the same name, the key gets a numbered folder before the name.
    """
    by_key: dict[str, ImageFile] = {}
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
