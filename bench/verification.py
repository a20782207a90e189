"""What the verify function adds to the OCR service's own time for a verdict, while it is warm.

    PYTHONPATH=functions python -m bench.verification [--pairs 40] [--service-seconds 0.3]

Each pair is one bare call of the OCR client and one invocation of the function under AWS's runtime client, with the
emulated AWS behind it (so its DynamoDB and KMS answer in milliseconds of Python, not of a network). Service-seconds
are what the emulated OCR service waits before each verdict.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from emulator.faults.kinds import Delay
from emulator.testing import Emulator
from local.processes.aws_clients import AwsClients
from local.processes.child import Child
from tests.support.verification_world import AUTHENTICITY, World
from tests.support.verify_function import Lambda, event


def main() -> None:
    """Measure and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--service-seconds", type=float, default=0.3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Emulator() as emulator:
        moto = Child.start_server(Path(folder), "local.processes.moto_server")
        url = moto.announcement()["url"]
        world = World(AwsClients(url), emulator)
        function = Lambda(world, url, Path(folder))
        try:
            print(json.dumps(measure(world, function, arguments.pairs, arguments.service_seconds)))
        finally:
            function.close()
            moto.kill()


def measure(world: World, function: Lambda, pairs: int, service_seconds: float) -> dict[str, float]:
    """Return medians in milliseconds, and the ratio of each pair's two times (median)."""
    for warming in range(3):
        through_the_function(world, function, f"warm-{warming}")()
    if service_seconds:
        world.emulator.fault(Delay(operation=AUTHENTICITY, delay=service_seconds, times=None))
    bare, through = [], []
    for number in range(pairs):
        bare.append(seconds(bare_call(world)))
        through.append(seconds(through_the_function(world, function, f"key-{number}")))
    return {
        "pairs": pairs,
        "serviceMs": service_seconds * 1000,
        "bareMs": round(statistics.median(bare) * 1000, 1),
        "functionMs": round(statistics.median(through) * 1000, 1),
        "addedMs": round(statistics.median(b - a for a, b in zip(bare, through, strict=True)) * 1000, 1),
        "ratio": round(statistics.median(b / a for a, b in zip(bare, through, strict=True)), 3),
    }


def bare_call(world: World) -> Callable[[], object]:
    """Return the OCR call alone, for a card of its own."""
    card = world.card()
    return lambda: world.warm_ocr.verify(card.request_key, card.claim, time.monotonic() + 30)


def through_the_function(world: World, function: Lambda, key: str) -> Callable[[], object]:
    """Return the invocation of the function with the same kind of card, with an Idempotency-Key."""
    card = world.card()
    asked = event(card.document_id, json.dumps(card.claim).encode(), {"Idempotency-Key": key})
    return lambda: function.invoke(asked)


def seconds(work: Callable[[], object]) -> float:
    """Return how long ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
