"""Deliveries with faults: repeated, reordered, killed, throttled, reset, refused. Nothing is lost or paid three times.

Faults are injected during the first waves. The reconciliation runs when they end, with documents still waiting, and
again after all others have been delivered.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from soak.checks.reconciliation import Reconciliation
from soak.checks.unrecorded_attempts import UnrecordedAttempts
from soak.harness.fault_injection import FaultInjector
from soak.harness.fleet import Fleet
from soak.harness.violation import GuaranteeViolation
from soak.harness.workload import messages, plan_faults, upload_documents

if TYPE_CHECKING:
    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import SoakTestbed

_FINAL_ROUNDS = 30


def run(testbed: SoakTestbed, scale: Scale, report: Report) -> None:
    """Run the scenario.

    Raises
    ------
    GuaranteeViolation
        If a guarantee does not hold.
    """
    rng = random.Random(scale.seed)
    uploads = upload_documents(testbed, scale.uploads, rng)
    plan_faults(testbed, uploads, rng, too_slow=scale.hangs)
    bodies = messages(uploads, scale.deliveries, rng)
    injector = FaultInjector(
        testbed, scale.seed, kill_chance=scale.kill_chance, seconds_between_kills=scale.seconds_between_kills
    )
    reconciliation = Reconciliation(testbed, uploads, UnrecordedAttempts())
    with Fleet(testbed, scale.instances, rng) as fleet:
        proxies, event_source = fleet.proxies, fleet.event_source
        for proxy, instance in zip(proxies, fleet.instances, strict=True):
            injector.attach(proxy, instance)
        with injector.killing_at_random(fleet.instances):
            for wave, start in enumerate(range(0, len(bodies), scale.wave)):
                event_source.send(bodies[start : start + scale.wave])
                injector.disturb_service(wave)
                if injector.hangs < scale.hangs and wave % 3 == 1:
                    injector.hang(proxies[wave % len(proxies)])
                fleet.deliver_round(reconciliation.observe)
        report.table("deliveries: when the faults ended", reconciliation.check())
        injector.restore_service()
        for proxy in proxies:
            proxy.reset()
        for _ in range(_FINAL_ROUNDS):
            if not fleet.deliver_round(reconciliation.observe):
                break
    rows = reconciliation.check()
    if rows["waiting"]:
        raise GuaranteeViolation("documents wait although no fault is left")
    report.table("deliveries: in the end", rows)
    events = {
        "deliveries": event_source.deliveries,
        "kills": injector.kills,
        "calls to AWS damaged": injector.failed_calls,
    }
    events |= {f"invocations ended: {how}": number for how, number in sorted(event_source.outcomes.items())}
    answers = testbed.emulator.counters().answers
    events |= {
        f"calls answered: {code}": sum(codes.get(code, 0) for codes in answers.values())
        for code in sorted({code for codes in answers.values() for code in codes})
    }
    report.table("deliveries: what happened", events)
