"""Degradations of a document's picture, as they happen between taking and uploading it."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image

Degrade = Callable[[Image.Image, np.random.Generator], Image.Image]
TABLE = (92, 84, 76)


def clean(picture: Image.Image, _rng: np.random.Generator) -> Image.Image:
    """As drawn."""
    return picture


def jpeg60(picture: Image.Image, _rng: np.random.Generator) -> Image.Image:
    """Through JPEG of quality 60."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=60)
    return Image.open(out)


def left3(picture: Image.Image, _rng: np.random.Generator) -> Image.Image:
    """Turn the picture by 3 degrees to the left."""
    return picture.rotate(3, Image.Resampling.BICUBIC, expand=True, fillcolor=TABLE)


def right3(picture: Image.Image, _rng: np.random.Generator) -> Image.Image:
    """Turn the picture by 3 degrees to the right."""
    return picture.rotate(-3, Image.Resampling.BICUBIC, expand=True, fillcolor=TABLE)


def noise(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Sensor noise with a deviation of 12 levels in each channel."""
    pixels = np.asarray(picture, np.float32)
    return Image.fromarray(np.clip(pixels + rng.normal(0, 12, pixels.shape), 0, 255).astype(np.uint8))


def half(picture: Image.Image, _rng: np.random.Generator) -> Image.Image:
    """Half as wide and as tall."""
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)


def perspective(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Photographed at a slant: each corner moves inwards by up to 6 % of the sides."""
    width, height = picture.size
    moves = rng.uniform(0, 0.06, (4, 2)) * (width, height)
    signs = np.array([[1, 1], [1, -1], [-1, -1], [-1, 1]])
    source = np.array([[0, 0], [0, height], [width, height], [width, 0]], float)
    return picture.transform(
        picture.size,
        Image.Transform.PERSPECTIVE,
        _coefficients(source + moves * signs, source),
        Image.Resampling.BICUBIC,
        fillcolor=TABLE,
    )


def photo(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """On a table, in a photograph twice as wide and as tall."""
    table = Image.new("RGB", (picture.width * 2, picture.height * 2), TABLE)
    across, down = rng.uniform(0.1, 0.9, 2)
    table.paste(picture, (int(across * picture.width), int(down * picture.height)))
    return noise(table, rng)


def small(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Small in a photograph four times as wide and as tall, of a grained table in uneven light."""
    width, height = picture.width * 4, picture.height * 4
    grain = np.repeat(rng.normal(0, 5, (height // 6 + 1, 1, 1)), 6, axis=0)[:height]
    light = np.linspace(-14, 14, width)[None, :, None] * rng.uniform(-1, 1)
    pixels = np.clip(np.array(TABLE, float) + grain + light, 0, 255).astype(np.uint8)
    table = Image.fromarray(np.broadcast_to(pixels, (height, width, 3)))
    across, down = rng.uniform(0.05, 2.95, 2)
    table.paste(picture, (int(across * picture.width), int(down * picture.height)))
    return noise(table, rng)


CONDITIONS: dict[str, Degrade] = {
    function.__name__: function for function in (clean, jpeg60, left3, right3, noise, half, perspective, photo, small)
}
TURNS = {"90": Image.Transpose.ROTATE_90, "180": Image.Transpose.ROTATE_180, "270": Image.Transpose.ROTATE_270}


def _coefficients(corners: np.ndarray, source: np.ndarray) -> list[float]:
    """Return Pillow's eight coefficients, which map each corner of the result to its source."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(corners, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    return [float(value) for value in np.linalg.solve(np.array(rows), source.reshape(-1))]
