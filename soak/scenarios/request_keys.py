"""Request-Keys with many callers per card and killed functions: one verdict per key, and never a wrong one.

The callers ask in two rounds, and leases expire in between. At the end there is one more call for each card.
"""

from __future__ import annotations

import random
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from emulator.control.counters import digest
from emulator.faults.kinds import Delay, ResetAfterBody, ResetBeforeBody, ResultCode
from soak.checks.call_counts import CallCountsCheck
from soak.harness.callers import KILLED, Card, call_verify
from soak.harness.fault_injection import FaultInjector
from soak.harness.function_instance import FunctionInstance
from soak.harness.violation import GuaranteeViolation
from soak.scenarios.id_cards import analyze_cards
from tests.support.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emulator.domain.operations import Operation
    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import SoakTestbed

_OPERATION: Operation = "id-card/authenticity"
_RETRYABLE_PROBLEMS = {"verification-in-progress", "temporarily-unavailable", "rate-limited", "outcome-unknown"}


def run(testbed: SoakTestbed, scale: Scale, report: Report) -> None:
    """Run the scenario.

    Raises
    ------
    GuaranteeViolation, AssertionError
        If a guarantee does not hold.
    """
    rng = random.Random(scale.seed)
    cards = analyze_cards(testbed, scale.cards, rng)
    bill = CallCountsCheck(testbed, [])
    injector = FaultInjector(
        testbed,
        scale.seed,
        kill_chance=scale.verdict_kill_chance,
        seconds_between_kills=scale.seconds_between_kills / 2,
    )
    with ExitStack() as stack:
        proxies = [stack.enter_context(Proxy(testbed.aws.url)) for _ in range(scale.instances)]
        instances = [
            FunctionInstance(testbed.configuration("verify", aws_url=proxy.url), testbed.folder / f"verify-{place}.log")
            for place, proxy in enumerate(proxies)
        ]
        for proxy, instance in zip(proxies, instances, strict=True):
            stack.callback(instance.close)
            injector.attach(proxy, instance)
        for _ in range(2):
            _plan_faults(testbed, len(cards), rng)
            with injector.killing_at_random(instances):
                call_verify(instances, cards, scale.callers // 2, rng)
            testbed.emulator.clear_faults()
            testbed.expire_leases(testbed.request_keys)
        for proxy in proxies:
            proxy.reset()
        callers = sum(len(card.answers) for card in cards)
        calm = CallCountsCheck(testbed, [])
        call_verify(instances, cards, 1, random.Random(0), key="afterwards")
        repeated = sum(proxy.repeated_writes for proxy in proxies)
    rows = _check(testbed, cards)
    totals: dict[str, int | float] = {"cards": len(cards), "callers": callers, "kills": injector.kills}
    report.table("Request-Keys", totals | rows)
    # One killed verification is one lost count; an invocation counts one.
    report.table("Request-Keys: the functions' counts", bill.check(lost=injector.kills, doubled=injector.failed_calls))
    report.table("Request-Keys: their counts without faults", calm.check_each_call(doubled=repeated))


def _plan_faults(testbed: SoakTestbed, cards: int, rng: random.Random) -> None:
    for _ in range(cards):
        fault = rng.choice((Delay, Delay, Delay, ResetAfterBody, ResetBeforeBody, ResultCode))
        how: dict[str, Any] = {"result_code": 5000503} if fault is ResultCode else {}
        testbed.emulator.fault(fault(operation=_OPERATION, delay=rng.uniform(0, 0.3), **how))


def _check(testbed: SoakTestbed, cards: Sequence[Card]) -> dict[str, int | float]:
    """Compare the callers' answers with the verdicts of the service."""
    spent = testbed.emulator.counters().verdicts
    faults: list[str] = []
    answers: Counter[str] = Counter()
    for card in cards:
        answers.update(answer for _, answer in card.answers)
        normal = spent.get(digest(card.request_key.encode()), 0)
        last = card.answers[-1][1]
        without_key = [key for key, answer in card.answers if answer.startswith("verdict") and not key]
        with_key = {key for key, answer in card.answers if answer.startswith("verdict") and key}
        violations = {
            "several normal answers": normal > 1,
            "no normal answer in the end": normal == 0,
            "a verdict for more than one caller": len(without_key) + len(with_key) > 1,
            "a wrong verdict": set(card.verdicts()) - {"verdict True"},
            "something else": {answer for _, answer in card.answers}
            - _RETRYABLE_PROBLEMS
            - {KILLED, "request-key-spent", "verdict True"},
            "a key that is not spent in the end": last not in {"request-key-spent", "verdict True"},
        }
        faults += [f"{card.document_id}: {violation}: {found}" for violation, found in violations.items() if found]
    if faults:
        raise GuaranteeViolation("\n".join(faults))
    rows: dict[str, int | float] = {
        "normal answers of the service for one key, at most": max(spent.values(), default=0)
    }
    rows |= {f"answered: {answer}": number for answer, number in sorted(answers.items())}
    with_verdict = sum(bool(card.verdicts()) for card in cards)
    return rows | {
        "cards whose verdict a caller got": with_verdict,
        "cards whose verdict was lost": len(cards) - with_verdict,
    }
