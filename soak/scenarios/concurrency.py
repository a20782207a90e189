"""What threads share, hammered by many of them: the key cache, the credentials, the stores, the buffers, the counts."""

from __future__ import annotations

import contextlib
import io
import json
import os
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from sealed_ocr.assembly import ocr_client
from sealed_ocr.aws.ledger import Claimed, Ledger
from sealed_ocr.aws.request_keys import Held, RequestKeys
from sealed_ocr.aws.table import Table
from sealed_ocr.ocr.errors import ConfigurationFault, Transient
from sealed_ocr.ocr.kinds import Kind
from sealed_ocr.settings import OcrSettings
from sealed_ocr.tally import Tally

from emulator.counters import digest
from local.aws_clients import Clients
from soak.accounts import BrokenPromise
from tests.integration.documents import draw
from tests.integration.parts import metrics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealed_ocr.ocr.client import OcrClient

    from soak.report import Report
    from soak.scale import Scale
    from soak.world import World

_CHUNK = 64 * 1024
_EACH = 4
_DOCUMENTS = 3
_TIMES = 1000
T = TypeVar("T")


@dataclass(frozen=True)
class _Image:
    content: bytes
    file_name: str = "image.png"
    chunk_bytes: int = _CHUNK

    @property
    def size(self) -> int:
        return len(self.content)

    def chunks(self) -> Iterator[bytes]:
        for start in range(0, len(self.content), _CHUNK):
            yield self.content[start : start + _CHUNK]


def run(world: World, scale: Scale, report: Report) -> None:
    """Run it.

    Raises: BrokenPromise.
    """
    # Every thread may talk to AWS at the same time.
    aws = Clients(world.aws.url, connections=scale.threads)
    rows = _analyses(world, aws, scale.threads) | _stores(world, aws, scale.threads) | _counts(scale.threads)
    report.table("concurrency", rows)


def _analyses(world: World, aws: Clients, threads: int) -> dict[str, int | float]:
    """One client for all: images come whole and unmixed to the service while its keys and the credentials change."""
    tally = Tally()
    settings = OcrSettings(world.emulator.url, world.secret, 20, world.request_keys, 60)
    client = ocr_client(settings, aws.secrets, threads, tally.count)
    images = [draw("credit-card", size=1000 + 977 * number).content for number in range(threads * _EACH)]
    over = threading.Event()
    changes = threading.Thread(target=_change, args=(world, over))
    changes.start()
    try:
        tries = sum(_at_once(threads, lambda number: sum(_read(client, image) for image in images[number::threads])))
    finally:
        over.set()
        changes.join()
    counts = world.emulator.counters()
    paid = Counter({digest(image): counts.paid.by_image.get(digest(image), 0) for image in images})
    if set(paid.values()) != {1} or counts.repeated_symmetric_keys:
        raise BrokenPromise(f"images paid {Counter(paid.values())}, {counts.repeated_symmetric_keys} keys seen twice")
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
            client.analyze(Kind.CREDIT_CARD, _Image(content), time.monotonic() + 60)
        except (Transient, ConfigurationFault):
            continue
        return tries
    raise BrokenPromise("an image could not be read")


def _stores(world: World, aws: Clients, threads: int) -> dict[str, int | float]:
    """Every document and every Request-Key goes to one of all who want it at the same time."""
    ledger = Ledger(Table(aws.dynamodb, world.documents), 60, 2)
    keys = RequestKeys(Table(aws.dynamodb, world.request_keys), 60)
    most = 0
    for _ in range(_DOCUMENTS):
        document_id = uuid.uuid4().hex
        claims = _at_once(threads, partial(_claims, ledger, document_id))
        keys.offer(document_id, "a request key", "resident", int(time.time()) + 600)
        held = keys.read(document_id)
        if held is None:
            raise BrokenPromise("a Request-Key that was offered is not there")
        begun = _at_once(threads, partial(_begins, keys, document_id, held))
        if sum(claims) != 1 or sum(begun) != 1:
            raise BrokenPromise(f"{sum(claims)} hold one document, {sum(begun)} one Request-Key")
        most = max(most, sum(claims), sum(begun))
    return {"callers who hold one document or one Request-Key, at most": most}


def _claims(ledger: Ledger, document_id: str, _: int) -> bool:
    return isinstance(ledger.claim(document_id), Claimed)


def _begins(keys: RequestKeys, document_id: str, held: Held, _: int) -> bool:
    return keys.begin(document_id, held, "", "") is not None


def _counts(threads: int) -> dict[str, int | float]:
    """What threads count is there when it is published."""
    tally, printed = Tally(), io.StringIO()

    def count(_: int) -> None:
        for _ in range(_TIMES):
            tally.count("Counted")

    _at_once(threads, count)
    with contextlib.redirect_stdout(printed):
        os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "SealedOcr/soak")
        tally.publish()
    lost = threads * _TIMES - metrics(printed.getvalue())["Counted"]
    if lost:
        raise BrokenPromise(f"{lost} counts are lost")
    return {"counts lost": lost}


def _at_once(threads: int, work: Callable[[int], T]) -> list[T]:
    gate = threading.Barrier(threads)

    def start(number: int) -> T:
        gate.wait(60)
        return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(start, range(threads)))
