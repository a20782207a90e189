"""Images that were cut or bit-flipped. Each is read, or refused with a result code, for one call."""

from __future__ import annotations

import random
import time
from collections import Counter
from typing import TYPE_CHECKING

from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.errors import Rejected

from local.processes.aws_clients import AwsClients
from soak.harness.shared_client import Image, at_once, shared
from soak.harness.violation import GuaranteeViolation
from tests.support.documents import Drawn, draw

if TYPE_CHECKING:
    from sealed_ocr.ocr.client import OcrClient

    from emulator.specimens.metadata import DocumentKind
    from soak.harness.scale import Scale
    from soak.harness.testbed import World

_KINDS: tuple[tuple[Kind, DocumentKind], ...] = (
    (Kind.CREDIT_CARD, "credit-card"),
    (Kind.ID_CARD, "driver"),
    (Kind.ID_CARD, "resident"),
)
_THREADS = 8


class Spoilt:
    """Spoils images, none into bytes that were ``seen``: the service counts by image."""

    def __init__(self, dice: random.Random, seen: set[bytes]) -> None:
        self._dice, self._seen = dice, seen

    def next(self, place: int) -> tuple[Kind, Drawn]:
        """Return an image of a kind by turns, cut anywhere or with 1 to 200 flipped bits."""
        kind, document = _KINDS[place % len(_KINDS)]
        while True:
            drawn = draw(document, file_type=self._dice.choice(("PNG", "JPEG")))
            content = bytearray(drawn.content)
            if self._dice.random() < 0.5:
                del content[self._dice.randrange(len(content)) :]
            else:
                for _ in range(self._dice.choice((1, 1, 8, 200))):
                    content[self._dice.randrange(len(content))] ^= 1 << self._dice.randrange(8)
            if bytes(content) not in self._seen:
                self._seen.add(bytes(content))
                return kind, Drawn(bytes(content), drawn.values)


def run(world: World, scale: Scale, seen: set[bytes]) -> dict[str, int | float]:
    """Have so many read, and add their bytes to ``seen``; return how they ended.

    Raises: GuaranteeViolation, or whatever the client should not have raised.
    """
    client = shared(world, AwsClients(world.aws.url, connections=_THREADS), _THREADS)
    share, asked = scale.examples // _THREADS, _analyses(world)
    spoilers = [Spoilt(random.Random(scale.seed + thread), seen) for thread in range(_THREADS)]
    ends = at_once(_THREADS, lambda thread: _read(world, client, share, spoilers[thread]))
    total = sum(ends, Counter[str]())
    if _analyses(world) - asked != total.total():
        raise GuaranteeViolation(f"{_analyses(world) - asked} calls for {total.total()} images")
    return {"images": total.total(), **{f"ended: {end}": number for end, number in sorted(total.items())}}


def _analyses(world: World) -> int:
    return sum(calls for operation, calls in world.emulator.counters().calls.items() if operation != "public-keys")


def _read(world: World, client: OcrClient, images: int, spoilt: Spoilt) -> Counter[str]:
    ends = Counter[str]()
    for place in range(images):
        kind, drawn = spoilt.next(place)
        world.evidence.values.update(drawn.values)
        try:
            client.analyze(kind, Image(drawn.content), time.monotonic() + 60)
        except Rejected as refused:
            ends[f"rejected {refused.code}"] += 1
        else:
            ends["analyzed"] += 1
    return ends
