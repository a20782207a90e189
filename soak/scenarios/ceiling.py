"""A ceiling on the calls of an hour: it holds while functions are killed, and nothing behind it is lost.

The hour may turn during a run. So the item of the next hour begins as used up, and both hours together have the calls
of one. Then the ceiling is raised, by instances with another setting, and what waited goes through.
"""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from sealed_ocr.aws.call_budget import HOUR_SECONDS, Window
from sealed_ocr.common.setting_name import Setting

from soak.checks.call_counts import CallCountsCheck
from soak.checks.reconciliation import Reconciliation
from soak.checks.unrecorded_attempts import UnrecordedAttempts
from soak.harness.fault_injection import FaultInjector
from soak.harness.fleet import Fleet
from soak.harness.violation import GuaranteeViolation
from soak.harness.workload import messages, upload_documents

if TYPE_CHECKING:
    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import SoakTestbed

# After the first round everything that the ceiling holds back comes once more, and after it what a fault deferred.
_HELD_ROUNDS = 2
_FINAL_ROUNDS = 12
# A kill for every hundred uploads or so: a document takes ten calls, and both forms of the fault may end a process.
_KILL_CHANCE = 0.0005


def run(testbed: SoakTestbed, scale: Scale, report: Report) -> None:
    """Run the scenario.

    Raises
    ------
    GuaranteeViolation
        If more calls are paid than the ceiling allows, or a guarantee of the ledger does not hold.
    """
    rng = random.Random(scale.seed)
    block = int(testbed.configuration("analyze").environment[Setting.BATCH_SIZE])
    uploads = upload_documents(testbed, scale.held_uploads, rng)
    reconciliation = Reconciliation(testbed, uploads, UnrecordedAttempts())
    injector = FaultInjector(
        testbed, scale.seed, kill_chance=_KILL_CHANCE, seconds_between_kills=scale.seconds_between_kills
    )
    window = Window(HOUR_SECONDS, scale.ceiling)
    began = time.time()
    bill = CallCountsCheck(testbed, uploads)
    hours = [window.item(began), window.item(began + HOUR_SECONDS)]
    for hour, reserved in zip(hours, (0, scale.ceiling), strict=True):
        _set_reserved(testbed, hour, reserved)
    with Fleet(testbed, scale.held_instances, rng, **{Setting.MAX_CALLS_PER_HOUR: str(scale.ceiling)}) as fleet:
        fleet.event_source.send(messages(uploads, 0, rng))
        for proxy, instance in zip(fleet.proxies, fleet.instances, strict=True):
            injector.attach(proxy, instance)
        with injector.killing_at_random(fleet.instances):
            for _ in range(_HELD_ROUNDS):
                fleet.deliver_round(reconciliation.observe)
                _require_ceiling(testbed, scale.ceiling)
        for proxy in fleet.proxies:
            proxy.reset()
        # Without faults, the ceiling holds what is left to the last call.
        fleet.deliver_round(reconciliation.observe)
        paid = _require_ceiling(testbed, scale.ceiling)
        held = reconciliation.check()
        invocations = dict(fleet.event_source.outcomes)
    if time.time() > began + 2 * HOUR_SECONDS - began % HOUR_SECONDS:
        raise GuaranteeViolation("the run took longer than the hours that it prepared")
    reserved = sum(_reserved(testbed, hour) for hour in hours) - scale.ceiling
    report.table(
        "ceiling: reached",
        {
            "ceiling": scale.ceiling,
            "calls that were or may have been billed": paid,
            "calls reserved": reserved,
            "calls reserved and not billable": reserved - paid,
            "kills": injector.kills,
            "calls to AWS damaged": injector.failed_calls,
            "calls of a block": block,
            **{f"invocations ended: {how}": number for how, number in sorted(invocations.items())},
            **held,
        },
    )
    if not held["waiting"]:
        raise GuaranteeViolation("nothing waits at the ceiling")
    raised = str(scale.ceiling + 3 * scale.held_uploads)
    calm = CallCountsCheck(testbed, uploads)
    with Fleet(testbed, scale.held_instances, rng, **{Setting.MAX_CALLS_PER_HOUR: raised}) as fleet:
        for _ in range(_FINAL_ROUNDS):
            if not fleet.deliver_round(reconciliation.observe):
                break
        repeated = sum(proxy.repeated_writes for proxy in fleet.proxies)
    rows = reconciliation.check()
    if rows["waiting"]:
        raise GuaranteeViolation("documents wait although the ceiling was raised")
    report.table("ceiling: after it was raised", rows)
    # An invocation that is killed, or whose count is repeated, has at most a block of calls.
    report.table(
        "ceiling: the functions' counts",
        bill.check(lost=block * injector.kills, doubled=block * injector.failed_calls),
    )
    # Nothing was killed and nothing failed, so each call is there.
    report.table("ceiling: their counts since it was raised", calm.check_each_call(doubled=block * repeated))


def _require_ceiling(testbed: SoakTestbed, ceiling: int) -> int:
    """Return the calls that the service counts as billable; raise ``GuaranteeViolation`` if there are too many."""
    paid = testbed.emulator.counters().paid.total
    if paid > ceiling:
        raise GuaranteeViolation(f"{paid} calls were paid, and the ceiling is {ceiling}")
    return paid


def _set_reserved(testbed: SoakTestbed, item: str, reserved: int) -> None:
    testbed.aws.dynamodb.put_item(
        TableName=testbed.documents, Item={"documentId": {"S": item}, "reserved": {"N": str(reserved)}}
    )


def _reserved(testbed: SoakTestbed, item: str) -> int:
    found = testbed.aws.dynamodb.get_item(TableName=testbed.documents, Key={"documentId": {"S": item}})
    return int(found["Item"]["reserved"]["N"])
