"""The image files that the command line names, and their kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.pipeline.images import KINDS, ImageFile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class UsageError(Exception):
    """The command line is wrong. The text is a sentence for the user."""


def load_images(paths: Iterable[Path], kind: str | None) -> list[ImageFile]:
    """Return the images at these paths. Without ``kind``, the folder of each image determines its kind.

    Raises
    ------
    UsageError
        Names the first path that is not a readable file, or whose kind is unknown.
    """
    if kind is not None and kind not in KINDS:
        raise UsageError(f"there is no kind {kind!r}; there are {', '.join(KINDS)}")
    return [ImageFile(kind or _kind_by_folder(path), _file_name(path), path) for path in map(_readable_file, paths)]


def _readable_file(path: Path) -> Path:
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name the images in it, for instance {path / '*'}")
    if not path.is_file():
        raise UsageError(f"there is no image {path}")
    try:
        path.open("rb").close()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
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
        f"the kind of {path} is unknown; name it with --kind ({', '.join(KINDS)}), or put it into a folder of that name"
    )
