"""Saves copies of the images with the recognised fields drawn onto them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.cli.pictures import draw
from local.pipeline.images import kind_of_key
from workstation.image_decoding import UndecodableImage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from local.pipeline.images import ImageFile
    from local.pipeline.messages import Message


def save_pictures(folder: Path, images: Mapping[str, ImageFile], messages: Iterable[Message]) -> int:
    """Draw the analyzed documents into ``folder`` and return their number.

    Files that cannot be decoded are skipped, even if the OCR service could read them. The folder holds personal data,
    so only the user has access to it.
    """
    count = 0
    for message in messages:
        if not message.analyzed:
            continue
        try:
            picture = draw(images[message.key].read(), message.event["data"]["result"])
        except UndecodableImage:
            continue
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / _file_name(message.key)).write_bytes(picture)
        count += 1
    return count


def _file_name(key: str) -> str:
    """Return the key without the run's folder. Images of the same name keep different file names."""
    kind = kind_of_key(key) or key.partition("/")[0]
    _run_id, _, rest = key.removeprefix(f"{kind}/").partition("/")
    return f"{kind}/{rest}".replace("/", "-").removesuffix(".png") + ".png"
