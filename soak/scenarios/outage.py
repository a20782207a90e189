"""Five hours without the OCR service, by computed visibility schedules: the template's queue, the function's own waits.

And a few deliveries of the function itself, whose waits are held against the schedule.
"""

from __future__ import annotations

import random
from contextlib import ExitStack
from typing import TYPE_CHECKING

from sealed_ocr.analysis.backoff import JITTER, back_off

from emulator.domain.operations import ANALYSES
from emulator.faults.kinds import AnyFault, HttpStatus, NotJson, ResultCode
from soak.checks.reconciliation import Accounts
from soak.checks.unrecorded_attempts import Journal
from soak.harness.event_source import Feed
from soak.harness.function_instance import Slot
from soak.harness.violation import GuaranteeViolation
from soak.harness.workload import messages, upload_documents
from soak.outage.simulation import BEGINS, CALL_SECONDS, ENDS, FORMS, MINUTE, Course, Stack, simulate
from tests.support.proxy import Proxy

if TYPE_CHECKING:
    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import World

# How many documents, and in how many deliveries, the function itself is asked for.
_REALLY, _TURNS, _AFTERWARDS = 24, 6, 3
# A result code; keys, but nothing of use for an analysis, which is paid for; a gateway's page for everything.
_OUTAGES: tuple[tuple[AnyFault, ...], ...] = (
    (ResultCode(times=None, result_code=5000503),),
    tuple(NotJson(times=None, operation=operation) for operation in ANALYSES),
    (HttpStatus(times=None, status=502),),
)


def run(world: World, scale: Scale, report: Report) -> None:
    """Play every form of an outage through, and a few rounds of three with the function itself.

    Raises: GuaranteeViolation.
    """
    stack, dice = Stack.of(world.template), random.Random(scale.seed)
    seconds = ENDS + 3600
    arrivals = sorted(dice.uniform(0, seconds) for _ in range(int(seconds / 60 * scale.arrivals_a_minute)))
    for form in FORMS:
        uploads = [at for at in arrivals if at < form.last_upload]
        course = simulate(stack, uploads, form)
        report.table(f"an outage of five hours: {form.name}", _rows(stack, uploads, course))
        if course.moved or course.parked > form.dead_letters or course.read + course.parked != len(uploads):
            raise GuaranteeViolation(f"{form.name}: {course.moved + course.parked} dead letters, {course.read} read")
    report.table("an outage, with the function itself", _really(world, dice))


def _really(world: World, dice: random.Random) -> dict[str, int | float]:
    """Deliver through outages of three kinds by turns; hold the waits against the model."""
    uploads = upload_documents(world, _REALLY, dice)
    accounts = Accounts(world, uploads, Journal())
    waits: list[int] = []
    with ExitStack() as stack:
        proxy = stack.enter_context(Proxy(world.aws.url))
        slot = Slot(world.hurried(aws_url=proxy.url), world.folder / "outage.log")
        stack.callback(slot.close)
        feed = Feed(world, [slot], dice, whole=True)
        # The first two leave the function with both public keys, as it would be when an outage begins.
        feed.send(messages(uploads[:2], 0, dice))
        feed.round()
        accounts.journal.read([proxy], world.ledger())
        feed.send(messages(uploads[2:], 0, dice))
        for turn in range(_TURNS):
            for fault in _OUTAGES[turn % len(_OUTAGES)]:
                world.emulator.fault(fault)
            feed.round()
            world.emulator.clear_faults()
            waits += _check_waits(proxy, turn + 1)
            accounts.journal.read([proxy], world.ledger())
            # Minutes pass, and no quarter of an hour.
            world.uploads.show_hidden()
        world.let_outages_be_probed()
        # One of each kind finds out that it is over; the others then follow.
        for _ in range(_AFTERWARDS):
            feed.round()
            accounts.journal.read([proxy], world.ledger())
            feed.let_time_pass()
    rows = accounts.draw()
    if rows["in the dead-letter queue"] or rows["waiting"]:
        raise GuaranteeViolation("an outage left documents behind")
    return {"rounds": _TURNS, "waits that are the schedule's": len(waits), **rows}


def _check_waits(proxy: Proxy, receives: int) -> list[int]:
    waits = [int(call.asked["VisibilityTimeout"]) for call in proxy.made("ChangeMessageVisibility")]
    shortest = back_off(receives)
    if not all(shortest <= wait <= shortest * (1 + JITTER) + 1 for wait in waits):
        raise GuaranteeViolation(
            f"after receive {receives} the function waits {sorted(waits)} s, the schedule {shortest}"
        )
    return waits


def _rows(stack: Stack, arrivals: list[float], course: Course) -> dict[str, int | float]:
    waited = sum(BEGINS <= at < ENDS for at in arrivals)
    during = sum(course.calls[minute] for minute in range(BEGINS // MINUTE, ENDS // MINUTE))
    return {
        "uploads": len(arrivals),
        "uploads during the outage": waited,
        "read in the end": course.read,
        "in the dead-letter queue": course.moved + course.parked,
        "receives allowed": stack.max_receives,
        "most receives of one message": course.most_receives,
        "calls a minute before, at most": course.peak(0, BEGINS - 1),
        "calls a minute during it, on average": round(during * MINUTE / (ENDS - BEGINS), 1),
        "calls a minute during it, at most": course.peak(BEGINS, ENDS - 1),
        "calls a minute afterwards, at most": course.peak(ENDS, course.last),
        "calls a minute that the stack can make, at most": int(stack.instances * stack.batch * MINUTE / CALL_SECONDS),
        "minutes after the outage until all that had waited were read": round((course.last_waiting - ENDS) / 60, 1),
    }
