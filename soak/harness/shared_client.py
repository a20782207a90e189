"""One OCR client for many threads: images come whole and unmixed to the service, whatever changes meanwhile."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.errors import ConfigurationFault, Transient
from sealed_ocr.runtime.metrics import MetricsBuffer
from sealed_ocr.runtime.settings import OcrSettings
from sealed_ocr.runtime.wiring import ocr_client

from emulator.control.counters import digest
from soak.harness.violation import GuaranteeViolation
from tests.support.documents import draw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealed_ocr.ocr.client import OcrClient

    from local.processes.aws_clients import AwsClients
    from soak.harness.testbed import World

_CHUNK = 64 * 1024
_EACH = 4
T = TypeVar("T")


@dataclass(frozen=True)
class Image:
    """An image in memory."""

    content: bytes
    file_name: str = "image.png"
    chunk_bytes: int = _CHUNK

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content)

    def chunks(self) -> Iterator[bytes]:
        """Yield it in pieces."""
        for start in range(0, len(self.content), _CHUNK):
            yield self.content[start : start + _CHUNK]


def shared(world: World, aws: AwsClients, threads: int) -> OcrClient:
    """Return a client as the function puts it together."""
    settings = OcrSettings(world.emulator.url, world.secret, 20, world.request_keys, 60)
    return ocr_client(settings, aws.secrets, threads, MetricsBuffer().count)


def analyses(world: World, aws: AwsClients, threads: int) -> dict[str, int | float]:
    """Let all threads use one client while the service's keys and the credentials change; return the accounts.

    Raises: GuaranteeViolation.
    """
    client = shared(world, aws, threads)
    drawn = [draw("credit-card", size=1000 + 977 * number) for number in range(threads * _EACH)]
    world.evidence.values.update(value for one in drawn for value in one.values)
    images = [one.content for one in drawn]
    over = threading.Event()
    changes = threading.Thread(target=_change, args=(world, over))
    changes.start()
    try:
        tries = sum(at_once(threads, lambda number: sum(_read(client, image) for image in images[number::threads])))
    finally:
        over.set()
        changes.join()
    counts = world.emulator.counters()
    paid = Counter({digest(image): counts.paid.by_image.get(digest(image), 0) for image in images})
    if set(paid.values()) != {1} or counts.repeated_symmetric_keys:
        raise GuaranteeViolation(
            f"images paid {Counter(paid.values())}, {counts.repeated_symmetric_keys} keys seen twice"
        )
    return {
        "threads": threads,
        "images": len(images),
        "times that an image was paid, at most": max(paid.values()),
        "analyses begun": tries,
        "symmetric keys seen twice": counts.repeated_symmetric_keys,
    }


def _change(world: World, over: threading.Event) -> None:
    while not over.wait(0.3):
        world.emulator.rotate("*")
        world.credentials["secretKey"] = f"secret-{uuid.uuid4().hex}"
        world.retired.add(world.credentials["secretKey"])
        # The secret first, as an operator would: nobody is locked out for longer than it takes to read it again.
        world.aws.secrets.put_secret_value(SecretId=world.secret, SecretString=json.dumps(world.credentials))
        world.emulator.accept_credentials(secret_key=world.credentials["secretKey"])


def _read(client: OcrClient, content: bytes) -> int:
    """Have an image read, however often its key or its credentials are changed meanwhile; return the tries."""
    for tries in range(1, 100):
        try:
            client.analyze(Kind.CREDIT_CARD, Image(content), time.monotonic() + 60)
        except (Transient, ConfigurationFault):
            continue
        return tries
    raise GuaranteeViolation("an image could not be read")


def at_once(threads: int, work: Callable[[int], T]) -> list[T]:
    """Return what ``work`` returned to each of so many threads, which begin together; each gets its number."""
    gate = threading.Barrier(threads)

    def start(number: int) -> T:
        gate.wait(60)
        return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(start, range(threads)))
