"""Truncated and bit-flipped images. Each is analyzed, or refused with a result code, for one call."""

from __future__ import annotations

import random
import time
from collections import Counter
from typing import TYPE_CHECKING

from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.errors import Rejected

from local.processes.aws_clients import AwsClients
from soak.harness.shared_client import Image, run_concurrently, shared_client
from soak.harness.violation import GuaranteeViolation
from tests.support.documents import Drawn, draw

if TYPE_CHECKING:
    from sealed_ocr.ocr.client import OcrClient

    from emulator.specimens.metadata import DocumentKind
    from soak.harness.scale import Scale
    from soak.harness.testbed import SoakTestbed

_KINDS: tuple[tuple[Kind, DocumentKind], ...] = (
    (Kind.CREDIT_CARD, "credit-card"),
    (Kind.ID_CARD, "driver"),
    (Kind.ID_CARD, "resident"),
)
_THREADS = 8


class DamagedImages:
    """Makes damaged images. None has bytes that were ``seen`` before, since the emulator counts by image."""

    def __init__(self, rng: random.Random, seen: set[bytes]) -> None:
        self._rng, self._seen = rng, seen

    def next(self, place: int) -> tuple[Kind, Drawn]:
        """Return an image, truncated anywhere or with 1 to 200 flipped bits. The kinds take turns."""
        kind, document = _KINDS[place % len(_KINDS)]
        while True:
            drawn = draw(document, file_type=self._rng.choice(("PNG", "JPEG")))
            content = bytearray(drawn.content)
            if self._rng.random() < 0.5:
                del content[self._rng.randrange(len(content)) :]
            else:
                for _ in range(self._rng.choice((1, 1, 8, 200))):
                    content[self._rng.randrange(len(content))] ^= 1 << self._rng.randrange(8)
            if bytes(content) not in self._seen:
                self._seen.add(bytes(content))
                return kind, Drawn(bytes(content), drawn.values)


def run(testbed: SoakTestbed, scale: Scale, seen: set[bytes]) -> dict[str, int | float]:
    """Analyze ``scale.examples`` damaged images, add their bytes to ``seen``, and return the outcomes.

    Raises
    ------
    GuaranteeViolation
        If an image took more or less than one call. Unexpected errors of the client are passed on.
    """
    client = shared_client(testbed, AwsClients(testbed.aws.url, connections=_THREADS), _THREADS)
    share, calls_before = scale.examples // _THREADS, _analyses(testbed)
    damaged_images = [DamagedImages(random.Random(scale.seed + thread), seen) for thread in range(_THREADS)]
    ends = run_concurrently(_THREADS, lambda thread: _read(testbed, client, share, damaged_images[thread]))
    total = sum(ends, Counter[str]())
    if _analyses(testbed) - calls_before != total.total():
        raise GuaranteeViolation(f"{_analyses(testbed) - calls_before} calls for {total.total()} images")
    return {"images": total.total(), **{f"ended: {end}": number for end, number in sorted(total.items())}}


def _analyses(testbed: SoakTestbed) -> int:
    return sum(calls for operation, calls in testbed.emulator.counters().calls.items() if operation != "public-keys")


def _read(testbed: SoakTestbed, client: OcrClient, images: int, damaged: DamagedImages) -> Counter[str]:
    ends = Counter[str]()
    for place in range(images):
        kind, drawn = damaged.next(place)
        testbed.evidence.values.update(drawn.values)
        try:
            client.analyze(kind, Image(drawn.content), time.monotonic() + 180)
        except Rejected as refused:
            ends[f"rejected {refused.code}"] += 1
        else:
            ends["analyzed"] += 1
    return ends
