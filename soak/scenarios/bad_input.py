"""Bad input by the thousand: images cut and bit-flipped, answers that don't end, answers of every wrong shape, context.

Each ends in an outcome that has a name, and memory stays bounded.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

from emulator.faults import Endless
from soak.accounts import Accounts, BrokenPromise
from soak.feed import Feed
from soak.journal import Journal
from soak.mix import Upload, messages, upload
from soak.processes import Slot
from soak.scenarios import any_answer, any_context
from tests.integration.documents import NAME, draw

if TYPE_CHECKING:
    from emulator.specimens.metadata import Document
    from soak.report import Report
    from soak.scale import Scale
    from soak.world import World

_KINDS: tuple[tuple[str, Document], ...] = (
    ("credit-card", "credit-card"),
    ("id-card", "driver"),
    ("id-card", "resident"),
)
_ROUNDS, _WAVE, _ENDLESS = 12, 100, 10
# What the template gives the function.
_MEMORY_KIB = 512 * 1024


def run(world: World, scale: Scale, report: Report) -> None:
    """Run it.

    Raises: BrokenPromise, AssertionError.
    """
    report.table("bad input: answers of any shape", any_answer.run(scale.examples, scale.seed))
    report.table("bad input: context of the CDK", any_context.run(scale.examples, scale.seed))
    dice = random.Random(scale.seed)
    slot = Slot(world.configuration("analyze"), world.folder / "bad-input.log")
    try:
        feed = Feed(world, [slot], dice, whole=True)
        accounts = Accounts(world, [], Journal())
        seen: set[bytes] = set()
        for start in range(0, scale.bad_images, _WAVE):
            places = range(start, min(start + _WAVE, scale.bad_images))
            _deliver(world, feed, accounts, [_spoilt(world, place, dice, seen) for place in places], dice)
        before = slot.peak_memory_kib()
        endless = [_endless(world, place) for place in range(_ENDLESS)]
        _deliver(world, feed, accounts, endless, dice)
        after = slot.peak_memory_kib()
    finally:
        slot.close()
    rows = accounts.draw()
    codes = Counter(_code(event) for event in accounts.told)
    if rows["waiting"] or rows["in the dead-letter queue"] != _ENDLESS:
        raise BrokenPromise(f"{rows['waiting']} wait, {rows['in the dead-letter queue']} dead letters")
    if feed.ended.keys() != {"answered"} or after > _MEMORY_KIB:
        raise BrokenPromise(f"invocations ended {feed.ended}, {after} KiB at most")
    ends: dict[str, int | float] = {f"images ended: {code}": number for code, number in sorted(codes.items())}
    ends |= {"endless answers, parked after two": _ENDLESS}
    ends |= {"MiB at most, before the endless answers": before >> 10, "MiB at most, after them": after >> 10}
    report.table("bad input: images and answers, end to end", ends)


def _deliver(world: World, feed: Feed, accounts: Accounts, uploads: list[Upload], dice: random.Random) -> None:
    world.uploads.drain()
    accounts.uploads = [*accounts.uploads, *uploads]
    vars(accounts).pop("_by_key", None)
    feed.send(messages(uploads, 0, dice))
    for _ in range(_ROUNDS):
        left = feed.round()
        accounts.journal.read([world.to_aws], world.items(world.documents))
        accounts.collect()
        feed.let_time_pass()
        if not left:
            break


def _spoilt(world: World, place: int, dice: random.Random, seen: set[bytes]) -> Upload:
    folder, document = _KINDS[place % len(_KINDS)]
    while True:
        drawn = draw(document, file_type=dice.choice(("PNG", "JPEG")))
        content = bytearray(drawn.content)
        if dice.random() < 0.5:
            del content[dice.randrange(len(content)) :]
        else:
            for _ in range(dice.choice((1, 1, 8, 200))):
                content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        # The service counts by image: two uploads of the same bytes would look like one that was paid twice.
        if bytes(content) not in seen:
            seen.add(bytes(content))
            return upload(world, f"{folder}/{NAME} bad {place}", bytes(content), drawn.values)


def _endless(world: World, place: int) -> Upload:
    drawn = draw("credit-card")
    uploaded = upload(world, f"credit-card/{NAME} endless {place}", drawn.content, drawn.values)
    world.emulator.fault(Endless(image=uploaded.image, times=2))
    return uploaded


def _code(event: dict[str, dict[str, dict[str, str]]]) -> str:
    rejection = event["data"].get("rejection")
    return f"rejected, {rejection['code']} {rejection.get('resultCode', '')}".strip() if rejection else "analyzed"
