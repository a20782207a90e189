"""What is uploaded: documents of every kind, each with marks of its own, and what is to happen to its calls."""

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
from tests.support.documents import NAME, draw

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from emulator.specimens.metadata import DocumentKind
    from soak.harness.testbed import World

KINDS: tuple[tuple[str, DocumentKind], ...] = (
    ("credit-card", "credit-card"),
    ("id-card", "resident"),
    ("id-card", "driver"),
    ("id-card/stand-alone", "passport"),
)
# More than two sockets' buffers hold: a reset meets it while it is being sent.
_LARGE = 1_500_000
_AT_ONCE = 50
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
    """An object in the bucket: what S3 says of it, its image's digest, and every value that is to be read from it."""

    key: str
    record: dict[str, Any]
    image: str
    values: tuple[str, ...]


def upload(world: World, key: str, content: bytes, values: Sequence[str] = ()) -> Upload:
    """Put an image into the bucket; the record is that of S3, whose own message is still to be taken away."""
    world.evidence.values.update(values)
    put = world.aws.s3.put_object(Bucket=world.bucket, Key=key, Body=content)
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
        "s3": {"bucket": {"name": world.bucket, "arn": f"arn:aws:s3:::{world.bucket}"}, "object": entry},
    }
    return Upload(key, record, digest(content), tuple(values))


def upload_documents(world: World, number: int, dice: random.Random) -> list[Upload]:
    """Upload so many documents: of every kind in turn, one in twenty large, one in fifteen not a document at all."""
    uploads = []
    for place in range(number):
        folder, document = KINDS[place % len(KINDS)]
        drawn = draw(document, size=_LARGE if dice.random() < 1 / 20 else 0)
        key = f"{folder}/{NAME} {place}+.png"
        if dice.random() < 1 / 15:
            blank = draw("resident" if document == "credit-card" else "credit-card")
            content = dice.choice((b"", b"good morning", drawn.content[:300], blank.content))
            uploads.append(upload(world, key, content))
        else:
            uploads.append(upload(world, key, drawn.content, drawn.values))
        if place % _AT_ONCE == 0:
            # moto looks through the whole queue at each call.
            world.uploads.drain()
    world.uploads.drain()
    return uploads


def plan_faults(world: World, uploads: Sequence[Upload], dice: random.Random, *, too_slow: int) -> None:
    """Tell the service what to do to whose calls; ``too_slow`` documents are answered after their call's end."""
    for upload_ in (one for one in uploads if one.values):
        chance, image = dice.random(), upload_.image
        if chance < 0.15:
            code = dice.choice(_PASSING)
            world.emulator.fault(ResultCode(image=image, result_code=code, times=dice.randint(1, 3)))
        elif chance < 0.25:
            world.emulator.fault(dice.choice(_LOST)(image))
        elif chance < 0.28:
            world.emulator.fault(dice.choice(_LOST)(image))
            world.emulator.fault(dice.choice(_LOST)(image))
        elif chance < 0.45:
            world.emulator.fault(Delay(image=image, delay=dice.uniform(0.1, 1.0)))
        elif too_slow > 0:
            too_slow -= 1
            world.emulator.fault(Delay(image=image, delay=CALL_SECONDS + 1))


def messages(uploads: Sequence[Upload], deliveries: int, dice: random.Random) -> list[str]:
    """Return S3's messages: ``deliveries`` records in all, in any order and grouping; a third of the uploads come once.

    What is forgotten at its only delivery is lost, where a repeat would hide it.
    """
    repeated = dice.sample(uploads, k=len(uploads) - len(uploads) // 3)
    again = [dice.choice(repeated) for _ in range(max(deliveries - len(uploads), 0))]
    records = [one.record for one in (*uploads, *again)]
    dice.shuffle(records)
    bodies = []
    while records:
        size = dice.choice((1, 1, 1, 1, 2, 3, 7))
        bodies.append(json.dumps({"Records": records[:size]}))
        del records[:size]
    return bodies
