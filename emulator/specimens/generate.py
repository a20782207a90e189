"""Draw a specimen of a kind from a seed, as an image file."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Literal, get_args

from emulator.specimens import credit_card, driver, files, metadata, negatives, passport, resident

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.specimens.sheet import Sheet

SpecimenKind = Literal["credit-card", "resident", "driver", "passport", "negative"]
KINDS: tuple[SpecimenKind, ...] = get_args(SpecimenKind)
DOCUMENTS: tuple[metadata.DocumentKind, ...] = get_args(metadata.DocumentKind)
VARIANTS: dict[SpecimenKind, tuple[str, ...]] = {
    "credit-card": credit_card.VARIANTS,
    "resident": resident.VARIANTS,
    "driver": driver.VARIANTS,
    "passport": passport.VARIANTS,
    "negative": negatives.VARIANTS,
}
_DRAW: dict[SpecimenKind, Callable[[Random, float, str], Sheet]] = {
    "credit-card": credit_card.draw,
    "resident": resident.draw,
    "driver": driver.draw,
    "passport": passport.draw,
    "negative": negatives.draw,
}


def draw(
    kind: SpecimenKind,
    seed: int,
    *,
    variant: str | None = None,
    fmt: files.Format = "png",
    scale: float = 1.0,
    size: int | None = None,
) -> bytes:
    """Return an image file. The same arguments give the same bytes.

    The metadata of a document contains its fields (see `metadata.extract`); a negative has no fields.

    Parameters
    ----------
    kind, seed
        What to draw. Different seeds give different documents.
    variant
        One of `VARIANTS`. By default, the seed selects one.
    fmt
        The file format.
    scale
        At scale 1, an image has 1000 x 630 pixels (a passport 1200 x 845); at 0.77, it has 760 x 480.
    size
        Pads the file to this number of bytes.

    Raises
    ------
    ValueError
        The kind does not have the variant, or `size` is smaller than the image.
    """
    rng = Random(f"{kind}/{seed}")  # noqa: S311 - the generator must be reproducible
    choice = rng.choice(VARIANTS[kind])
    if variant is not None and variant not in VARIANTS[kind]:
        raise ValueError(f"a {kind} comes as {', '.join(VARIANTS[kind])}, not as {variant}")
    sheet = _DRAW[kind](rng, scale, variant or choice)
    image = files.encode(sheet.image, fmt)
    if kind != "negative":
        image = metadata.embed(image, metadata.Specimen(kind, tuple(sheet.fields)))
    return image if size is None else files.pad(image, size)
