"""Deliveries under fire: repeated, reordered, killed, throttled, reset, refused. Nothing is lost or paid thrice.

The storm is over the first waves; the accounts are drawn when it ends, with documents still waiting, and again when
the rest has been let through.
"""

from __future__ import annotations

import random
from contextlib import ExitStack
from typing import TYPE_CHECKING

from soak.checks.reconciliation import Accounts
from soak.checks.unrecorded_attempts import Journal
from soak.harness.event_source import Feed
from soak.harness.fault_injection import Storm
from soak.harness.function_instance import Slot
from soak.harness.violation import GuaranteeViolation
from soak.harness.workload import messages, plan_faults, upload_documents
from tests.support.proxy import Proxy

if TYPE_CHECKING:
    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import World

_CALM_ROUNDS = 30


def run(world: World, scale: Scale, report: Report) -> None:
    """Run it.

    Raises: GuaranteeViolation.
    """
    dice = random.Random(scale.seed)
    uploads = upload_documents(world, scale.uploads, dice)
    plan_faults(world, uploads, dice, too_slow=scale.hangs)
    bodies = messages(uploads, scale.deliveries, dice)
    storm = Storm(world, scale.seed, kill_chance=scale.kill_chance, seconds_between_kills=scale.seconds_between_kills)
    accounts = Accounts(world, uploads, Journal())
    with ExitStack() as stack:
        proxies = [stack.enter_context(Proxy(world.aws.url)) for _ in range(scale.slots)]
        slots = [
            Slot(world.hurried(aws_url=proxy.url), world.folder / f"analyze-{place}.log")
            for place, proxy in enumerate(proxies)
        ]
        for slot in slots:
            stack.callback(slot.close)
        feed = Feed(world, slots, dice)
        for proxy, slot in zip(proxies, slots, strict=True):
            storm.over(proxy, slot)
        with storm.at_any_moment(slots):
            for wave, start in enumerate(range(0, len(bodies), scale.wave)):
                feed.send(bodies[start : start + scale.wave])
                storm.change_the_service(wave)
                if storm.hangs < scale.hangs and wave % 3 == 1:
                    storm.hang(proxies[wave % len(proxies)])
                _round(world, feed, accounts, proxies)
        report.table("deliveries: when the storm ended", accounts.draw())
        storm.calm_the_service()
        for proxy in proxies:
            proxy.reset()
        for _ in range(_CALM_ROUNDS):
            if not _round(world, feed, accounts, proxies):
                break
    rows = accounts.draw()
    if rows["waiting"]:
        raise GuaranteeViolation("documents wait although nothing keeps them")
    report.table("deliveries: in the end", rows)
    happened = {"deliveries": feed.deliveries, "kills": storm.kills, "calls to AWS spoilt": storm.refusals}
    happened |= {f"invocations ended: {how}": number for how, number in sorted(feed.ended.items())}
    answers = world.emulator.counters().answers
    happened |= {
        f"calls answered: {code}": sum(codes.get(code, 0) for codes in answers.values())
        for code in sorted({code for codes in answers.values() for code in codes})
    }
    report.table("deliveries: what happened", happened)


def _round(world: World, feed: Feed, accounts: Accounts, proxies: list[Proxy]) -> int:
    left = feed.round()
    accounts.journal.read(proxies, world.ledger())
    accounts.collect()
    feed.let_time_pass()
    return left
