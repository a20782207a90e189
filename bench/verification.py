"""The time that the warm verify function adds to the OCR service's own time for a verdict.

    PYTHONPATH=functions python -m bench.verification [--pairs 40] [--service-seconds 0.3]

Each pair is one bare call of the OCR client and one invocation of the function under AWS's runtime client. AWS is
emulated, so DynamoDB and KMS take milliseconds of Python instead of a network's. ``--service-seconds`` is the
emulator's delay before each verdict.
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
from tests.support.verify_function import VerifyProcess, event


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
        function = VerifyProcess(world, url, Path(folder))
        try:
            print(json.dumps(measure(world, function, arguments.pairs, arguments.service_seconds)))
        finally:
            function.close()
            moto.kill()


def measure(world: World, function: VerifyProcess, pairs: int, service_seconds: float) -> dict[str, float]:
    """Return medians in milliseconds, and the median ratio of a pair."""
    for number in range(3):
        function_call(world, function, f"warm-{number}")()
    if service_seconds:
        world.emulator.fault(Delay(operation=AUTHENTICITY, delay=service_seconds, times=None))
    bare_times, function_times = [], []
    for number in range(pairs):
        bare_times.append(elapsed(bare_call(world)))
        function_times.append(elapsed(function_call(world, function, f"key-{number}")))
    return {
        "pairs": pairs,
        "serviceMs": service_seconds * 1000,
        "bareMs": round(statistics.median(bare_times) * 1000, 1),
        "functionMs": round(statistics.median(function_times) * 1000, 1),
        "addedMs": round(statistics.median(b - a for a, b in zip(bare_times, function_times, strict=True)) * 1000, 1),
        "ratio": round(statistics.median(b / a for a, b in zip(bare_times, function_times, strict=True)), 3),
    }


def bare_call(world: World) -> Callable[[], object]:
    """Return a bare OCR call for a new card."""
    card = world.card()
    return lambda: world.warm_ocr.verify(card.request_key, card.claim, time.monotonic() + 30)


def function_call(world: World, function: VerifyProcess, key: str) -> Callable[[], object]:
    """Return an invocation of the function for a new card, with an Idempotency-Key."""
    card = world.card()
    payload = event(card.document_id, json.dumps(card.claim).encode(), {"Idempotency-Key": key})
    return lambda: function.invoke(payload)


def elapsed(work: Callable[[], object]) -> float:
    """Return the seconds that ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
