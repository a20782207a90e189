"""Copies of the images with what was read drawn onto them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image as Pillow

from local.cli.pictures import draw

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from local.pipeline.images import Image
    from local.pipeline.messages import Message


def fill(folder: Path, images: Mapping[str, Image], messages: Iterable[Message]) -> int:
    """Draw the analyzed documents into ``folder`` and return how many there are.

    A file that the OCR service read but Pillow cannot is passed over. The folder, with its personal data, is for the
    user alone.
    """
    drawn = 0
    for message in messages:
        if not message.analyzed:
            continue
        try:
            picture = draw(images[message.key].read(), message.event["data"]["result"])
        except (OSError, SyntaxError, Pillow.DecompressionBombError):
            continue
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / _name(message.key)).write_bytes(picture)
        drawn += 1
    return drawn


def _name(key: str) -> str:
    """The key without the run: images of the same name, of two kinds or of one, keep apart."""
    kind = "id-card/stand-alone" if key.startswith("id-card/stand-alone/") else key.partition("/")[0]
    _run, _, own = key.removeprefix(f"{kind}/").partition("/")
    return f"{kind}/{own}".replace("/", "-").removesuffix(".png") + ".png"
