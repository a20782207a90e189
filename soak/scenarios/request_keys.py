"""Request-Keys under fire: many callers for each card, functions killed in between. One verdict, and only the truth.

The callers come twice, with time for leases to lapse in between; then everybody's card is asked for once more.
"""

from __future__ import annotations

import random
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from emulator.control.counters import digest
from emulator.faults.kinds import Delay, ResetAfterBody, ResetBeforeBody, ResultCode
from soak.checks.reconciliation import Accounts
from soak.checks.unrecorded_attempts import Journal
from soak.harness.callers import KILLED, Card, ask
from soak.harness.event_source import Feed
from soak.harness.fault_injection import Storm
from soak.harness.function_instance import Slot
from soak.harness.violation import GuaranteeViolation
from soak.harness.workload import messages, upload
from tests.support.documents import NAME, draw
from tests.support.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emulator.domain.operations import Operation
    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import World

_OPERATION: Operation = "id-card/authenticity"
_HONEST_WAITS = {"verification-in-progress", "temporarily-unavailable", "outcome-unknown"}


def run(world: World, scale: Scale, report: Report) -> None:
    """Run it.

    Raises: GuaranteeViolation, AssertionError.
    """
    dice = random.Random(scale.seed)
    cards = _read_cards(world, scale, dice)
    storm = Storm(
        world, scale.seed, kill_chance=scale.verdict_kill_chance, seconds_between_kills=scale.seconds_between_kills / 2
    )
    with ExitStack() as stack:
        proxies = [stack.enter_context(Proxy(world.aws.url)) for _ in range(scale.slots)]
        slots = [
            Slot(world.configuration("verify", aws_url=proxy.url), world.folder / f"verify-{place}.log")
            for place, proxy in enumerate(proxies)
        ]
        for proxy, slot in zip(proxies, slots, strict=True):
            stack.callback(slot.close)
            storm.over(proxy, slot)
        for _ in range(2):
            _plan_faults(world, len(cards), dice)
            with storm.at_any_moment(slots):
                ask(slots, cards, scale.callers // 2, dice)
            world.emulator.clear_faults()
            world.let_leases_lapse(world.request_keys)
        for proxy in proxies:
            proxy.reset()
        callers = sum(len(card.told) for card in cards)
        ask(slots, cards, 1, random.Random(0), key="afterwards")
    rows = _check(world, cards)
    asked: dict[str, int | float] = {"cards": len(cards), "callers": callers, "kills": storm.kills}
    report.table("Request-Keys", asked | rows)


def _read_cards(world: World, scale: Scale, dice: random.Random) -> list[Card]:
    uploads = []
    for place in range(scale.cards):
        # A person of its own: five wrong issue dates of one would lock the card.
        drawn = draw("resident", residentNumber=f"810203-4{place:06}")
        uploads.append(upload(world, f"id-card/{NAME} {place}.png", drawn.content, drawn.values))
    world.uploads.drain()
    accounts = Accounts(world, uploads, Journal())
    slot = Slot(world.configuration("analyze"), world.folder / "analyze-cards.log")
    try:
        feed = Feed(world, [slot], dice, whole=True)
        feed.send(messages(uploads, 0, dice))
        while feed.round():
            accounts.journal.read([world.to_aws], world.ledger())
            feed.let_time_pass()
    finally:
        slot.close()
    accounts.draw()
    keys = {item["documentId"]: item["requestKey"] for item in world.items(world.request_keys) if "requestKey" in item}
    # They go from the table with the verdict.
    world.evidence.secrets.update(keys.values())
    return [Card(one["id"], one["data"]["verification"]["request"], keys[one["id"]]) for one in accounts.told]


def _plan_faults(world: World, cards: int, dice: random.Random) -> None:
    for _ in range(cards):
        fault = dice.choice((Delay, Delay, Delay, ResetAfterBody, ResetBeforeBody, ResultCode))
        how: dict[str, Any] = {"result_code": 5000503} if fault is ResultCode else {}
        world.emulator.fault(fault(operation=_OPERATION, delay=dice.uniform(0, 0.3), **how))


def _check(world: World, cards: Sequence[Card]) -> dict[str, int | float]:
    """Hold what callers were told against what the service did."""
    spent = world.emulator.counters().verdicts
    faults: list[str] = []
    told: Counter[str] = Counter()
    for card in cards:
        told.update(what for _, what in card.told)
        normal = spent.get(digest(card.request_key.encode()), 0)
        last = card.told[-1][1]
        alone = [key for key, what in card.told if what.startswith("verdict") and not key]
        with_key = {key for key, what in card.told if what.startswith("verdict") and key}
        lies = {
            "several normal answers": normal > 1,
            "no normal answer in the end": normal == 0,
            "a verdict for more than one caller": len(alone) + len(with_key) > 1,
            "a wrong verdict": set(card.verdicts()) - {"verdict True"},
            "something else": {what for _, what in card.told}
            - _HONEST_WAITS
            - {KILLED, "request-key-spent", "verdict True"},
            "a key that is not spent in the end": last not in {"request-key-spent", "verdict True"},
        }
        faults += [f"{card.document_id}: {lie}: {found}" for lie, found in lies.items() if found]
    if faults:
        raise GuaranteeViolation("\n".join(faults))
    rows: dict[str, int | float] = {
        "normal answers of the service for one key, at most": max(spent.values(), default=0)
    }
    rows |= {f"told: {what}": number for what, number in sorted(told.items())}
    heard = sum(bool(card.verdicts()) for card in cards)
    return rows | {"cards whose verdict somebody was told": heard, "cards whose verdict was lost": len(cards) - heard}
