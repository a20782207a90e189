"""One OCR client that many threads share: the service must get each image complete and unmixed."""

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
from sealed_ocr.common.log_event import record_nothing
from sealed_ocr.ocr.errors import ConfigurationFault, Transient
from sealed_ocr.runtime.settings import OcrSettings
from sealed_ocr.runtime.wiring import ocr_client

from emulator.control.counters import digest
from soak.harness.violation import GuaranteeViolation
from tests.support.documents import draw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealed_ocr.ocr.client import OcrClient

    from local.processes.aws_clients import AwsClients
    from soak.harness.testbed import SoakTestbed

_CHUNK = 64 * 1024
_IMAGES_PER_THREAD = 4
T = TypeVar("T")


@dataclass(frozen=True)
class Image:
    """An image in memory."""

    content: bytes
    file_name: str = "image.png"
    chunk_bytes: int = _CHUNK

    @property
    def size(self) -> int:
        """Size in bytes."""
        return len(self.content)

    def chunks(self) -> Iterator[bytes]:
        """Yield the image in chunks."""
        for start in range(0, len(self.content), _CHUNK):
            yield self.content[start : start + _CHUNK]


def shared_client(testbed: SoakTestbed, aws: AwsClients, threads: int) -> OcrClient:
    """Return a client that is wired as in the function."""
    settings = OcrSettings(testbed.emulator.url, testbed.secret, testbed.emulator.url, 60, testbed.request_keys, 90)
    return ocr_client(settings, aws.secrets, threads, record_nothing)


def run_analyses(testbed: SoakTestbed, aws: AwsClients, threads: int) -> dict[str, int | float]:
    """Let all threads use one client while the service's keys and the credentials change; return the counts.

    Raises
    ------
    GuaranteeViolation
        If an image was not paid exactly once, or a symmetric key was used twice.
    """
    client = shared_client(testbed, aws, threads)
    drawn = [draw("credit-card", size=1000 + 977 * number) for number in range(threads * _IMAGES_PER_THREAD)]
    testbed.evidence.values.update(value for one in drawn for value in one.values)
    images = [one.content for one in drawn]
    stopped = threading.Event()
    changes = threading.Thread(target=_rotate_keys_and_credentials, args=(testbed, stopped))
    changes.start()
    try:
        tries = sum(
            run_concurrently(threads, lambda number: sum(_analyze(client, image) for image in images[number::threads]))
        )
    finally:
        stopped.set()
        changes.join()
    counts = testbed.emulator.counters()
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


def _rotate_keys_and_credentials(testbed: SoakTestbed, stopped: threading.Event) -> None:
    while not stopped.wait(0.3):
        testbed.emulator.rotate("*")
        testbed.credentials["secretKey"] = f"secret-{uuid.uuid4().hex}"
        testbed.retired_secrets.add(testbed.credentials["secretKey"])
        # The secret first, as an operator would: a client is refused only until it reads the secret again.
        testbed.aws.secrets.put_secret_value(SecretId=testbed.secret, SecretString=json.dumps(testbed.credentials))
        testbed.emulator.accept_credentials(secret_key=testbed.credentials["secretKey"])


def _analyze(client: OcrClient, content: bytes) -> int:
    """Analyze an image, with retries when its key or its credentials were changed; return the number of tries."""
    for tries in range(1, 100):
        try:
            client.analyze(Kind.CREDIT_CARD, Image(content), time.monotonic() + 180)
        except (Transient, ConfigurationFault):
            continue
        return tries
    raise GuaranteeViolation("an image could not be read")


def run_concurrently(threads: int, work: Callable[[int], T]) -> list[T]:
    """Run ``work`` in ``threads`` threads that start together, with the thread's number; return the results."""
    gate = threading.Barrier(threads)

    def start(number: int) -> T:
        gate.wait(60)
        return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(start, range(threads)))
