"""Which images a run uploads, as what kind and under which key."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.specimens import draw

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from emulator.specimens import SpecimenKind

KINDS = ("credit-card", "id-card", "id-card/stand-alone")
_SPECIMENS: tuple[tuple[str, SpecimenKind], ...] = (
    ("credit-card", "credit-card"),
    ("id-card", "resident"),
    ("id-card", "driver"),
    ("id-card", "passport"),
    ("id-card/stand-alone", "resident"),
)


class MisuseError(Exception):
    """The command cannot be followed; the text is a sentence for whoever gave it."""


@dataclass(frozen=True)
class Image:
    """An image to upload: its kind, which is the folder, its name, and its bytes or where they are."""

    kind: str
    name: str
    content: bytes | Path

    def read(self) -> bytes:
        """Return the bytes of the file."""
        return self.content.read_bytes() if isinstance(self.content, Path) else self.content


def specimens(count: int) -> list[Image]:
    """Return ``count`` invented documents of every kind, each different."""
    return [
        Image(kind, f"{document}-{seed:04d}.png", draw(document, seed))
        for seed in range(count)
        for kind, document in _SPECIMENS
    ]


def resident_specimen() -> Image:
    """Return an invented resident card, which can be verified."""
    return Image("id-card", "resident.png", draw("resident", 0))


def images(paths: Iterable[Path], kind: str | None) -> list[Image]:
    """Return the images at these paths; without a ``kind``, by the folders that they lie in.

    Raises: MisuseError naming the first path that is no file, or whose kind cannot be told.
    """
    if kind is not None and kind not in KINDS:
        raise MisuseError(f"there is no kind {kind!r}; there are {', '.join(KINDS)}")
    return [Image(kind or _kind_by_folder(path), _name(path), path) for path in map(_file, paths)]


def keyed(uploads: Sequence[Image], run: str) -> dict[str, Image]:
    """Return the images by the keys that they are uploaded under: ``<kind>/<run>/<the file's own name>``.

    Where the name is taken by another image of the run, a number's folder stands before it.
    """
    by_key: dict[str, Image] = {}
    for image in uploads:
        key, number = f"{image.kind}/{run}/{image.name}", 1
        while key in by_key:
            number += 1
            key = f"{image.kind}/{run}/{number}/{image.name}"
        by_key[key] = image
    return by_key


def new_run() -> str:
    """Return a prefix that no other run has: a second upload of the same bytes under a key is the same document."""
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"


def _file(path: Path) -> Path:
    if path.is_dir():
        raise MisuseError(f"{path} is a folder; name the images in it, for instance {path / '*'}")
    if not path.is_file():
        raise MisuseError(f"there is no image {path}")
    try:
        path.open("rb").close()
    except OSError as error:
        raise MisuseError(f"{path} cannot be read: {error.strerror}") from None
    return path


def _name(path: Path) -> str:
    try:
        path.name.encode()
    except UnicodeEncodeError:
        raise MisuseError(f"the name of {path!a} is no UTF-8, which an object's key has to be") from None
    return path.name


def _kind_by_folder(path: Path) -> str:
    # The folder that the image lies in, and none further up: a project's own name must not decide what is paid for.
    folder = path.absolute().parent
    for kind in sorted(KINDS, key=len, reverse=True):
        names = tuple(kind.split("/"))
        if folder.parts[-len(names) :] == names:
            return kind
    raise MisuseError(f"what is {path}? Say it with --kind ({', '.join(KINDS)}), or put it into a folder of that name")
