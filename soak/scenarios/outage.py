"""Five hours without the OCR service, simulated with the template's queue and the function's waits.

A few deliveries of the function itself confirm that its waits follow the schedule.
"""

from __future__ import annotations

import random
from contextlib import ExitStack
from typing import TYPE_CHECKING

from sealed_ocr.analysis.backoff import JITTER, back_off

from emulator.domain.operations import ANALYSES
from emulator.faults.kinds import AnyFault, HttpStatus, NotJson, ResultCode
from soak.checks.reconciliation import Reconciliation
from soak.checks.unrecorded_attempts import UnrecordedAttempts
from soak.harness.event_source import EventSource
from soak.harness.function_instance import FunctionInstance
from soak.harness.violation import GuaranteeViolation
from soak.harness.workload import messages, upload_documents
from soak.outage.simulation import (
    BEGINS,
    CALL_SECONDS,
    ENDS,
    MINUTE,
    OUTAGE_TYPES,
    OutageOutcome,
    StackLimits,
    simulate,
)
from tests.support.proxy import Proxy

if TYPE_CHECKING:
    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import SoakTestbed

# Documents, rounds in the outage and rounds afterwards of the function itself.
# Three rounds afterwards are enough, unless a loaded machine lets calls to AWS fail.
_DOCUMENTS, _ROUNDS, _ROUNDS_AFTERWARDS = 24, 6, 20
# A result code; public keys, but no usable answer to an analysis, which is paid; a gateway's error page for all calls.
_OUTAGES: tuple[tuple[AnyFault, ...], ...] = (
    (ResultCode(times=None, result_code=5000001),),
    tuple(NotJson(times=None, operation=operation) for operation in ANALYSES),
    (HttpStatus(times=None, status=502),),
)


def run(testbed: SoakTestbed, scale: Scale, report: Report) -> None:
    """Simulate every type of outage, and run some rounds of three types with the function itself.

    Raises
    ------
    GuaranteeViolation
        If a document is lost, or the waits differ from the schedule.
    """
    limits, rng = StackLimits.of(testbed.template), random.Random(scale.seed)
    seconds = ENDS + 3600
    arrivals = sorted(rng.uniform(0, seconds) for _ in range(int(seconds / 60 * scale.arrivals_a_minute)))
    for outage in OUTAGE_TYPES:
        uploads = [at for at in arrivals if at < outage.last_upload]
        outcome = simulate(limits, uploads, outage)
        report.table(f"an outage of five hours: {outage.name}", _rows(limits, uploads, outcome))
        if (
            outcome.dead_lettered
            or outcome.parked > outage.dead_letters
            or outcome.analyzed + outcome.parked != len(uploads)
        ):
            raise GuaranteeViolation(
                f"{outage.name}: {outcome.dead_lettered + outcome.parked} dead letters, {outcome.analyzed} read"
            )
    report.table("an outage, with the function itself", _run_function(testbed, rng))


def _run_function(testbed: SoakTestbed, rng: random.Random) -> dict[str, int | float]:
    """Deliver in outages of three types in turn; compare the waits with the schedule."""
    uploads = upload_documents(testbed, _DOCUMENTS, rng)
    reconciliation = Reconciliation(testbed, uploads, UnrecordedAttempts())
    waits: list[int] = []
    with ExitStack() as stack:
        proxy = stack.enter_context(Proxy(testbed.aws.url))
        instance = FunctionInstance(testbed.configuration("analyze", aws_url=proxy.url), testbed.folder / "outage.log")
        stack.callback(instance.close)
        event_source = EventSource(testbed, [instance], rng, full_batches=True)
        # The first two documents fill the cache with both public keys, as it would be when an outage begins.
        event_source.send(messages(uploads[:2], 0, rng))
        event_source.deliver_visible()
        reconciliation.unrecorded.read([proxy], testbed.ledger())
        event_source.send(messages(uploads[2:], 0, rng))
        for turn in range(_ROUNDS):
            for fault in _OUTAGES[turn % len(_OUTAGES)]:
                testbed.emulator.fault(fault)
            event_source.deliver_visible()
            testbed.emulator.clear_faults()
            waits += _check_waits(proxy, turn + 1)
            reconciliation.unrecorded.read([proxy], testbed.ledger())
            # Minutes pass, but less than the probe interval.
            testbed.uploads.show_hidden()
        testbed.expire_probe_interval()
        # One document of each kind probes the service; then the others follow.
        for _ in range(_ROUNDS_AFTERWARDS):
            left = event_source.deliver_visible()
            reconciliation.unrecorded.read([proxy], testbed.ledger())
            event_source.expire_waits()
            if not left:
                break
    rows = reconciliation.check()
    if rows["in the dead-letter queue"] or rows["waiting"]:
        raise GuaranteeViolation("an outage left documents behind")
    return {"rounds": _ROUNDS, "waits that are the schedule's": len(waits), **rows}


def _check_waits(proxy: Proxy, receives: int) -> list[int]:
    waits = [int(call.request["VisibilityTimeout"]) for call in proxy.made("ChangeMessageVisibility")]
    shortest = back_off(receives)
    if not all(shortest <= wait <= shortest * (1 + JITTER) + 1 for wait in waits):
        raise GuaranteeViolation(
            f"after receive {receives} the function waits {sorted(waits)} s, the schedule {shortest}"
        )
    return waits


def _rows(limits: StackLimits, arrivals: list[float], outcome: OutageOutcome) -> dict[str, int | float]:
    waited = sum(BEGINS <= at < ENDS for at in arrivals)
    during = sum(outcome.calls[minute] for minute in range(BEGINS // MINUTE, ENDS // MINUTE))
    return {
        "uploads": len(arrivals),
        "uploads during the outage": waited,
        "read in the end": outcome.analyzed,
        "in the dead-letter queue": outcome.dead_lettered + outcome.parked,
        "receives allowed": limits.max_receives,
        "most receives of one message": outcome.most_receives,
        "calls a minute before, at most": outcome.peak(0, BEGINS - 1),
        "calls a minute during it, on average": round(during * MINUTE / (ENDS - BEGINS), 1),
        "calls a minute during it, at most": outcome.peak(BEGINS, ENDS - 1),
        "calls a minute afterwards, at most": outcome.peak(ENDS, outcome.last),
        "calls a minute that the stack can make, at most": int(limits.instances * limits.batch * MINUTE / CALL_SECONDS),
        "minutes after the outage until all that had waited were read": round((outcome.last_waiting - ENDS) / 60, 1),
    }
