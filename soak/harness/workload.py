"""The workload: documents of every kind with unique values, and the faults of their calls."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from emulator.control.counters import digest
from emulator.faults.kinds import (
    AnyFault,
    Delay,
    HalfBody,
    HttpStatus,
    NotJson,
    ResetAfterBody,
    ResultCode,
    TruncatedJson,
    Undecryptable,
    WrongTypes,
)
from soak.harness.testbed import CALL_SECONDS
from tests.support.documents import CORRELATION_ID, NAME, draw

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from types_boto3_s3.literals import StorageClassType

    from emulator.specimens.metadata import DocumentKind
    from soak.harness.testbed import SoakTestbed

KINDS: tuple[tuple[str, DocumentKind], ...] = (
    ("credit-card", "credit-card"),
    ("id-card", "resident"),
    ("id-card", "driver"),
    ("id-card/stand-alone", "passport"),
)
# Larger than two socket buffers, so that a reset arrives while the image is being sent.
_LARGE = 1_500_000
_DRAIN_INTERVAL = 50
_LOST: tuple[Callable[[str], AnyFault], ...] = (
    lambda image: ResetAfterBody(image=image),
    lambda image: ResetAfterBody(image=image, worked=False),
    lambda image: HalfBody(image=image),
    lambda image: NotJson(image=image),
    lambda image: TruncatedJson(image=image),
    lambda image: WrongTypes(image=image, part="header"),
    lambda image: Undecryptable(image=image),
    lambda image: HttpStatus(image=image, status=502),
    lambda image: HttpStatus(image=image, status=504, worked=True),
)
_PASSING = (-1, 4000006, 5000001, 5000503, 5003012)


@dataclass(frozen=True)
class Upload:
    """An object in the bucket.

    Attributes
    ----------
    key, record
        The object's key and its S3 event record.
    image
        Digest of the image.
    values
        The values that are printed on it; empty if it shows no document.
    """

    key: str
    record: dict[str, Any]
    image: str
    values: tuple[str, ...]


def upload(
    testbed: SoakTestbed,
    key: str,
    content: bytes,
    values: Sequence[str] = (),
    storage_class: StorageClassType = "STANDARD",
) -> Upload:
    """Upload an image. The caller still has to drain the message that S3 sends for it."""
    testbed.evidence.values.update({*values, CORRELATION_ID})
    put = testbed.aws.s3.put_object(
        Bucket=testbed.bucket,
        Key=key,
        Body=content,
        StorageClass=storage_class,
        Metadata={"correlation-id": CORRELATION_ID},
    )
    entry = {
        "key": quote_plus(key),
        "size": len(content),
        "eTag": put["ETag"].strip('"'),
        "versionId": put["VersionId"],
    }
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": testbed.bucket, "arn": f"arn:aws:s3:::{testbed.bucket}"}, "object": entry},
    }
    return Upload(key, record, digest(content), tuple(values))


def upload_documents(testbed: SoakTestbed, number: int, rng: random.Random) -> list[Upload]:
    """Upload ``number`` documents of all kinds in turn. One in twenty is large, one in fifteen shows no document."""
    uploads = []
    for place in range(number):
        folder, document = KINDS[place % len(KINDS)]
        drawn = draw(document, size=_LARGE if rng.random() < 1 / 20 else 0)
        key = f"{folder}/{NAME} {place}+.png"
        if rng.random() < 1 / 15:
            blank = draw("resident" if document == "credit-card" else "credit-card")
            content = rng.choice((b"", b"good morning", drawn.content[:300], blank.content))
            uploads.append(upload(testbed, key, content))
        else:
            uploads.append(upload(testbed, key, drawn.content, drawn.values))
        if place % _DRAIN_INTERVAL == 0:
            # moto searches the whole queue on each call, so keep it short.
            testbed.uploads.drain()
    testbed.uploads.drain()
    return uploads


def plan_faults(testbed: SoakTestbed, uploads: Sequence[Upload], rng: random.Random, *, too_slow: int) -> None:
    """Plan faults in the emulator; ``too_slow`` documents are answered after their call's timeout."""
    for upload_ in (one for one in uploads if one.values):
        chance, image = rng.random(), upload_.image
        if chance < 0.15:
            code = rng.choice(_PASSING)
            testbed.emulator.fault(ResultCode(image=image, result_code=code, times=rng.randint(1, 3)))
        elif chance < 0.25:
            testbed.emulator.fault(rng.choice(_LOST)(image))
        elif chance < 0.28:
            testbed.emulator.fault(rng.choice(_LOST)(image))
            testbed.emulator.fault(rng.choice(_LOST)(image))
        elif chance < 0.45:
            testbed.emulator.fault(Delay(image=image, delay=rng.uniform(0.1, 1.0)))
        elif too_slow > 0:
            too_slow -= 1
            testbed.emulator.fault(Delay(image=image, delay=CALL_SECONDS + 1))


def messages(uploads: Sequence[Upload], deliveries: int, rng: random.Random) -> list[str]:
    """Return the bodies of S3's messages, with ``deliveries`` records in random order and grouping.

    A third of the uploads occurs only once, so that a repeat cannot hide a lost delivery.
    """
    repeated = rng.sample(uploads, k=len(uploads) - len(uploads) // 3)
    again = [rng.choice(repeated) for _ in range(max(deliveries - len(uploads), 0))]
    records = [one.record for one in (*uploads, *again)]
    rng.shuffle(records)
    bodies = []
    while records:
        size = rng.choice((1, 1, 1, 1, 2, 3, 7))
        bodies.append(json.dumps({"Records": records[:size]}))
        del records[:size]
    return bodies
