"""The image files that the command line names, and their kinds."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from local.pipeline.images import KINDS, ImageFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SUFFIXES = (".png", ".jpg", ".jpeg")


class UsageError(Exception):
    """The command line is wrong. The text is a sentence for the user."""


def load_images(paths: Sequence[Path], kind: str | None) -> list[ImageFile]:
    """Return the images at these paths. A folder stands for the PNG and JPEG files directly in it, by name.

    Without ``kind``, the folder of each image determines its kind.

    Raises
    ------
    UsageError
        Names the first path that is not a readable file or a folder of images, or whose kind is unknown.
    """
    if kind is not None and kind not in KINDS:
        raise UsageError(f"there is no kind {kind!r}; there are {', '.join(KINDS)}")
    for path in paths:
        if not path.exists():
            raise UsageError(f"there is no image {quoted(path)}{_quoting_hint(paths)}")
    return [
        ImageFile(kind or _kind_by_folder(file), _file_name(file), _readable(file))
        for path in paths
        for file in _files(path)
    ]


def quoted(path: Path) -> str:
    """Return the path as a shell takes it."""
    return shlex.quote(str(path))


def _quoting_hint(paths: Sequence[Path]) -> str:
    whole = Path(" ".join(map(str, paths)))
    # The shell that `make` calls splits ARGS="my card.png".
    return f'; a name with spaces needs quotes: ARGS="{quoted(whole)}"' if whole.exists() else ""


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    try:
        # A hidden file is none that its owner put there: macOS keeps a file's attributes in `._card.png`.
        inside = [file for file in sorted(path.iterdir()) if not file.name.startswith(".") and file.is_file()]
    except OSError as error:
        raise UsageError(f"{quoted(path)} cannot be read: {error.strerror}") from None
    images = [file for file in inside if file.name.lower().endswith(_SUFFIXES)]
    if not images:
        raise UsageError(f"the folder {quoted(path)} holds no image: no file in it ends in {', '.join(_SUFFIXES)}")
    yield from images


def _readable(path: Path) -> Path:
    try:
        path.open("rb").close()
    except OSError as error:
        raise UsageError(f"{quoted(path)} cannot be read: {error.strerror}") from None
    return path


def _file_name(path: Path) -> str:
    try:
        path.name.encode()
    except UnicodeEncodeError:
        raise UsageError(f"the file name {path!a} is not UTF-8, which S3 requires for keys") from None
    return path.name


def _kind_by_folder(path: Path) -> str:
    # Only the folder that holds the image counts. The name of a folder further up must not decide which API is paid.
    folder = path.absolute().parent
    for kind in sorted(KINDS, key=len, reverse=True):
        names = tuple(kind.split("/"))
        if folder.parts[-len(names) :] == names:
            return kind
    raise UsageError(
        f"the kind of {quoted(path)} is unknown; name it with --kind ({', '.join(KINDS)}), "
        "or put it into a folder of that name"
    )
