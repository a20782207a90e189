"""Bad input by the thousand: images cut and bit-flipped, answers that don't end, answers of every wrong shape, context.

Each ends in an outcome that has a name, and memory stays bounded.
"""

from __future__ import annotations

import random
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING

from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.transport import MAX_RESPONSE_BYTES

from emulator.faults.kinds import Endless
from soak.checks.reconciliation import Accounts
from soak.checks.unrecorded_attempts import Journal
from soak.harness.event_source import Feed
from soak.harness.function_instance import Slot
from soak.harness.violation import GuaranteeViolation
from soak.harness.workload import Upload, messages, upload
from soak.scenarios import damaged_images, random_answers, random_contexts
from soak.scenarios.damaged_images import Spoilt
from tests.support.documents import NAME, draw
from tests.support.proxy import Proxy

if TYPE_CHECKING:
    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import World

_ROUNDS, _WAVE, _TOO_MUCH = 12, 100, 10
# What the template gives the function.
_MEMORY_KIB = 512 * 1024


def run(world: World, scale: Scale, report: Report) -> None:
    """Run it.

    Raises: GuaranteeViolation, AssertionError.
    """
    seen: set[bytes] = set()
    report.table("bad input: answers of any shape", random_answers.run(scale.examples, scale.seed))
    report.table("bad input: context of the CDK", random_contexts.run(scale.examples, scale.seed))
    report.table("bad input: images, through the client", damaged_images.run(world, scale, seen))
    dice = random.Random(scale.seed)
    accounts, spoilt = Accounts(world, [], Journal()), Spoilt(dice, seen)
    with ExitStack() as stack:
        slot = Slot(world.configuration("analyze"), world.folder / "bad-input.log")
        stack.callback(slot.close)
        feed = Feed(world, [slot], dice, whole=True)
        for start in range(0, scale.bad_images, _WAVE):
            places = range(start, min(start + _WAVE, scale.bad_images))
            _deliver(world, feed, accounts, [_spoilt(world, place, spoilt) for place in places], dice)
        peaks = [slot.peak_memory_kib()]
        uploads = [_card(world, f"endless {place}") for place in range(_TOO_MUCH)]
        for one in uploads:
            world.emulator.fault(Endless(image=one.image, times=2))
        _deliver(world, feed, accounts, uploads, dice)
        peaks.append(slot.peak_memory_kib())
        proxy = stack.enter_context(Proxy(world.emulator.url))
        proxy.fault("Ocr", "change", where=lambda call: call.resource in set(Kind), change=_gigantic)
        other = Slot(world.configuration("analyze", ocr_url=proxy.url), world.folder / "gigantic.log")
        stack.callback(other.close)
        feed.slots = [other]
        _deliver(world, feed, accounts, [_card(world, f"gigantic {place}") for place in range(_TOO_MUCH)], dice)
        peaks.append(other.peak_memory_kib())
    rows = accounts.draw()
    codes = Counter(_code(event) for event in accounts.told)
    if rows["waiting"] or rows["in the dead-letter queue"] != 2 * _TOO_MUCH:
        raise GuaranteeViolation(f"{rows['waiting']} wait, {rows['in the dead-letter queue']} dead letters")
    if feed.ended.keys() != {"answered"} or max(peaks) > _MEMORY_KIB:
        raise GuaranteeViolation(f"invocations ended {feed.ended}, {max(peaks)} KiB at most")
    ends: dict[str, int | float] = {f"images ended: {code}": number for code, number in sorted(codes.items())}
    ends |= {"endless answers, ten at a time, parked after two": _TOO_MUCH, "gigantic ones": _TOO_MUCH}
    moments = ("of spoilt images", "then of endless answers", "of gigantic answers")
    ends |= {f"MiB at most, {when}": peak >> 10 for when, peak in zip(moments, peaks, strict=True)}
    report.table("bad input: images and answers, end to end", ends)


def _deliver(world: World, feed: Feed, accounts: Accounts, uploads: list[Upload], dice: random.Random) -> None:
    world.uploads.drain()
    accounts.uploads = [*accounts.uploads, *uploads]
    vars(accounts).pop("_by_key", None)
    feed.send(messages(uploads, 0, dice))
    for _ in range(_ROUNDS):
        left = feed.round()
        accounts.journal.read([world.to_aws], world.ledger())
        accounts.collect()
        feed.let_time_pass()
        if not left:
            break


def _spoilt(world: World, place: int, spoilt: Spoilt) -> Upload:
    folder, image = spoilt.next(place)
    return upload(world, f"{folder}/{NAME} bad {place}", image.content, image.values)


def _card(world: World, name: str) -> Upload:
    drawn = draw("credit-card")
    return upload(world, f"credit-card/{NAME}{name}", drawn.content, drawn.values)


def _gigantic(_: bytes) -> bytes:
    """Return as much as is read of an answer, in the parts that take the most memory for their length."""
    answer = b'{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":""},"result":{"cardNums":[%s0]}}'
    part = b'{"":0},'
    return answer % (part * ((MAX_RESPONSE_BYTES - len(answer)) // len(part)))


def _code(event: dict[str, dict[str, dict[str, str]]]) -> str:
    rejection = event["data"].get("rejection")
    return f"rejected, {rejection['code']} {rejection.get('resultCode', '')}".strip() if rejection else "analyzed"
