"""A poisoned batch: an image that kills its process twice is parked; its neighbours are read, each for one call more.

The process dies by SIGKILL (as out of memory) or SIGSEGV, before the poisoned image's call or after it. In half of the
batches the service is busy between the crashes, so that what was hit is put off once more.
"""

from __future__ import annotations

import json
import random
import signal
from contextlib import ExitStack
from typing import TYPE_CHECKING

from emulator.faults.kinds import Delay, ResultCode
from soak.checks.reconciliation import Accounts
from soak.checks.unrecorded_attempts import Journal
from soak.harness.event_source import Feed
from soak.harness.function_instance import Slot
from soak.harness.violation import GuaranteeViolation
from soak.harness.workload import Upload, upload
from tests.support.documents import NAME, draw
from tests.support.proxy import Proxy

if TYPE_CHECKING:
    from emulator.domain.operations import Operation
    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import World
    from tests.support.calls import Call

_NEIGHBOURS = 9
_ROUNDS = 12
_WORK: Operation = "credit-card"
# Where in its work the poisoned image strikes: the image is asked for, or its message is to be sent.
_POINTS = ("SendMessage", "GetObject")


def run(world: World, scale: Scale, report: Report) -> None:
    """Run ``scale.batches`` batches.

    Raises: GuaranteeViolation.
    """
    rows = {"batches": 0, "neighbours": 0, "neighbours read": 0, "poisoned images parked": 0, "crashes": 0}
    most = 0
    for number in range(scale.batches):
        crashes, calls = _batch(world, number, busy=not number % 2)
        rows["batches"] += 1
        rows["neighbours"] += _NEIGHBOURS
        rows["neighbours read"] += _NEIGHBOURS
        rows["poisoned images parked"] += 1
        rows["crashes"] += crashes
        most = max(most, calls)
    report.table("a poisoned batch", rows | {"most paid calls of one neighbour": most})


def _batch(world: World, number: int, *, busy: bool) -> tuple[int, int]:
    """Return how often the process crashed, and the most that was paid for a neighbour."""
    poison = f"{_WORK}/{NAME} batch {number} poison.png"
    uploads = [
        _card(world, poison),
        *(_card(world, f"{_WORK}/{NAME} batch {number} {place}.png") for place in range(_NEIGHBOURS)),
    ]
    random.Random(number).shuffle(uploads)
    world.uploads.drain()
    point, by = _POINTS[number // 2 % 2], (signal.SIGKILL, signal.SIGSEGV)[number // 4 % 2]
    accounts, crashes = Accounts(world, uploads, Journal()), 0
    with ExitStack() as stack:
        proxy = stack.enter_context(Proxy(world.aws.url))
        slot = Slot(world.configuration("analyze", aws_url=proxy.url), world.folder / "poisoned.log")
        stack.callback(slot.close)

        def strike() -> None:
            nonlocal crashes
            crashes += slot.kill(by)

        def concerns(call: Call) -> bool:
            sent = str(call.asked.get("MessageBody", "")) if call.resource in world.results.url else ""
            return poison in call.resource or poison in sent

        proxy.fault(point, "drop-request", where=concerns, first=strike)
        # The neighbours take longer, so that every crash finds them at work.
        for one in uploads:
            if one.key != poison:
                world.emulator.fault(Delay(image=one.image, delay=0.5, times=None))
        feed = Feed(world, [slot], random.Random(number), batch=len(uploads), whole=True)
        feed.send([json.dumps({"Records": [one.record]}) for one in uploads])
        for turn in range(_ROUNDS):
            if turn == 1 and busy:
                world.emulator.fault(ResultCode(operation=_WORK, result_code=4000006, times=len(uploads)))
            left = feed.round()
            accounts.journal.read([proxy], world.ledger())
            feed.let_time_pass()
            if not left:
                break
    accounts.draw()
    return crashes, _check(accounts, poison)


def _check(accounts: Accounts, poison: str) -> int:
    parked = [letter for letter in accounts.letters if "poison" in letter]
    told = {event["data"]["document"]["key"] for event in accounts.told}
    lost = [one.key for one in accounts.uploads if one.key != poison and one.key not in told]
    if lost or len(accounts.letters) != 1 or len(parked) != 1:
        raise GuaranteeViolation(
            f"{len(lost)} neighbours were not read; {len(accounts.letters)} dead letters, {len(parked)} of the poison"
        )
    by_image = accounts.world.emulator.counters().paid.by_image
    return max(by_image.get(one.image, 0) for one in accounts.uploads if one.key != poison)


def _card(world: World, key: str) -> Upload:
    drawn = draw("credit-card")
    return upload(world, key, drawn.content, drawn.values)
