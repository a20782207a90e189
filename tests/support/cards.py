"""Credit cards by the number, for what does not depend on what a document is."""

from __future__ import annotations

from emulator.control.counters import digest
from tests.support.documents import NAME, draw
from tests.support.stage import Stage

CARD = f"credit-card/{NAME}"


def upload_cards(stage: Stage, number: int) -> list[str]:
    """Announce so many credit cards, each in a message of its own; return the images' digests."""
    drawn = [draw("credit-card") for _ in range(number)]
    for place, image in enumerate(drawn):
        stage.announce(stage.upload(image, f"{CARD}{place}.png"))
    return [digest(image.content) for image in drawn]
