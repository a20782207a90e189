"""Uploads of several credit cards, for tests that do not depend on the kind of document."""

from __future__ import annotations

from emulator.control.counters import digest
from tests.support.documents import NAME, draw
from tests.support.stage import Stage

CARD = f"credit-card/{NAME}"


def upload_cards(stage: Stage, number: int) -> list[str]:
    """Announce ``number`` credit cards, each in its own message; return the digests of the images."""
    drawn = [draw("credit-card") for _ in range(number)]
    for place, image in enumerate(drawn):
        stage.announce(stage.upload(image, f"{CARD}{place}.png"))
    return [digest(image.content) for image in drawn]
