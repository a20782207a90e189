"""Five hours without the OCR service, by computed visibility schedules: the template's queue, the function's own waits.

A discrete-event model: so many instances take batches of what is visible; a receive beyond ``maxReceiveCount`` moves
the message to the dead-letter queue; whatever failed is hidden for as long as the function would have it hidden.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sealed_ocr.schedule import JITTER, back_off, jittered

from emulator.faults import HttpStatus, ResultCode
from soak.accounts import Accounts, BrokenPromise
from soak.feed import Feed
from soak.journal import Journal
from soak.mix import messages, upload_documents
from soak.processes import Slot
from tests.integration.proxy import Proxy

if TYPE_CHECKING:
    from soak.report import Report
    from soak.scale import Scale
    from soak.world import World

_BEGINS, _ENDS = 3600, 3600 + 5 * 3600
_MINUTE = 60
_CALL_SECONDS = 1.5
# How many documents, and in how many deliveries, the function itself is asked for.
_REALLY, _TURNS = 6, 5


@dataclass
class _Message:
    """``hopes`` are its attempts, as long as their ends are unknown."""

    receives: int = 0
    hopes: int = 2


@dataclass
class Course:
    """What came of an outage. Times in seconds from the start; ``calls`` by the minute."""

    read: int = 0
    moved: int = 0
    parked: int = 0
    most_receives: int = 0
    last: float = 0
    last_waiting: float = 0
    calls: Counter[int] = field(default_factory=Counter)

    def peak(self, begins: float, ends: float) -> int:
        """Return the most calls of one minute between these times."""
        minutes = range(int(begins // _MINUTE), int(ends // _MINUTE) + 1)
        return max((self.calls[minute] for minute in minutes), default=0)


@dataclass(frozen=True)
class Stack:
    """What the template says."""

    max_receives: int
    batch: int
    instances: int

    @classmethod
    def of(cls, template: dict[str, Any]) -> Stack:
        """Read the template."""
        resources = template["Resources"].values()
        mapping = next(one["Properties"] for one in resources if one["Type"] == "AWS::Lambda::EventSourceMapping")
        (source,) = mapping["EventSourceArn"]["Fn::GetAtt"][:1]
        redrive = template["Resources"][source]["Properties"]["RedrivePolicy"]
        concurrency = mapping["ScalingConfig"]["MaximumConcurrency"]
        return cls(int(redrive["maxReceiveCount"]), int(mapping["BatchSize"]), int(concurrency))


@dataclass(frozen=True)
class Form:
    """How a service can be away; ``promised`` when no document may be in the dead-letter queue for it."""

    name: str
    down_seconds: float
    unknown: bool = False
    free_call: bool = False
    promised: bool = True


FORMS = (
    Form("refused at once (a result code, no connection)", 0.1),
    Form("no connection within 5 s", 5),
    Form("a gateway's page for every request", 0.1, unknown=True, free_call=True),
    Form("public keys are issued, analyses hang", 40, unknown=True, promised=False),
)


def simulate(stack: Stack, arrivals: list[float], form: Form) -> Course:
    """Play an outage through; ``arrivals`` of uploads are in seconds."""
    course, messages = Course(), [_Message() for _ in arrivals]
    visible = [(at, number) for number, at in enumerate(arrivals)]
    heapq.heapify(visible)
    instances = [0.0] * stack.instances
    while visible:
        now = max(heapq.heappop(instances), visible[0][0])
        ends = now
        for _ in range(stack.batch):
            if not visible or visible[0][0] > now:
                break
            _, number = heapq.heappop(visible)
            message = messages[number]
            message.receives += 1
            if message.receives > stack.max_receives:
                course.moved += 1
                continue
            course.most_receives = max(course.most_receives, message.receives)
            down = _BEGINS <= now < _ENDS
            probing = down and form.unknown and form.free_call and message.hopes == 1
            course.calls[int(now // _MINUTE)] += not probing
            ends = max(ends, now + (form.down_seconds if down else _CALL_SECONDS))
            if not down:
                course.read += 1
                course.last = now
                if message.receives > 1:
                    course.last_waiting = max(course.last_waiting, now)
                continue
            message.hopes -= form.unknown and not probing
            if not message.hopes:
                course.parked += 1
                continue
            heapq.heappush(visible, (now + form.down_seconds + jittered(back_off(message.receives)), number))
        heapq.heappush(instances, ends)
    return course


def run(world: World, scale: Scale, report: Report) -> None:
    """Play every form of an outage through, and a few rounds of the first and the third with the function itself.

    Raises: BrokenPromise.
    """
    stack, dice = Stack.of(world.template), random.Random(scale.seed)
    seconds = _ENDS + 3600
    arrivals = sorted(dice.uniform(0, seconds) for _ in range(int(seconds / 60 * scale.arrivals_a_minute)))
    for form in FORMS:
        course = simulate(stack, arrivals, form)
        report.table(f"an outage of five hours: {form.name}", _rows(stack, arrivals, course))
        if form.promised and (course.moved or course.parked or course.read != len(arrivals)):
            raise BrokenPromise(f"{form.name}: {course.moved + course.parked} dead letters, {course.read} read")
    report.table("an outage, with the function itself", _really(world, dice))


def _really(world: World, dice: random.Random) -> dict[str, int | float]:
    """Deliver through outages that answer with a code and with a gateway's page; hold the waits against the model."""
    uploads = upload_documents(world, _REALLY, dice)
    accounts = Accounts(world, uploads, Journal())
    waits: list[int] = []
    with ExitStack() as stack:
        proxy = stack.enter_context(Proxy(world.aws.url))
        slot = Slot(world.hurried(aws_url=proxy.url), world.folder / "outage.log")
        stack.callback(slot.close)
        feed = Feed(world, [slot], dice, whole=True)
        feed.send(messages(uploads, len(uploads), dice))
        for turn in range(_TURNS):
            world.emulator.fault(
                HttpStatus(times=None, status=502) if turn % 2 else ResultCode(times=None, result_code=5000503)
            )
            feed.round()
            world.emulator.clear_faults()
            waits += _check_waits(proxy, turn + 1)
            accounts.journal.read([proxy], world.items(world.documents))
            feed.let_time_pass()
        feed.round()
        accounts.journal.read([proxy], world.items(world.documents))
    rows = accounts.draw()
    if rows["in the dead-letter queue"] or rows["waiting"]:
        raise BrokenPromise("an outage left documents behind")
    return {"rounds": _TURNS, "waits that are the schedule's": len(waits), **rows}


def _check_waits(proxy: Proxy, receives: int) -> list[int]:
    waits = [int(call.asked["VisibilityTimeout"]) for call in proxy.made("ChangeMessageVisibility")]
    shortest = back_off(receives)
    if not all(shortest <= wait <= shortest * (1 + JITTER) + 1 for wait in waits):
        raise BrokenPromise(f"after receive {receives} the function waits {sorted(waits)} s, the schedule {shortest}")
    return waits


def _rows(stack: Stack, arrivals: list[float], course: Course) -> dict[str, int | float]:
    waited = sum(_BEGINS <= at < _ENDS for at in arrivals)
    during = sum(course.calls[minute] for minute in range(_BEGINS // _MINUTE, _ENDS // _MINUTE))
    return {
        "uploads": len(arrivals),
        "uploads during the outage": waited,
        "read in the end": course.read,
        "in the dead-letter queue": course.moved + course.parked,
        "receives allowed": stack.max_receives,
        "most receives of one message": course.most_receives,
        "calls a minute before, at most": course.peak(0, _BEGINS - 1),
        "calls a minute during it, on average": round(during * _MINUTE / (_ENDS - _BEGINS), 1),
        "calls a minute during it, at most": course.peak(_BEGINS, _ENDS - 1),
        "calls a minute afterwards, at most": course.peak(_ENDS, course.last),
        "calls a minute that the stack can make, at most": int(stack.instances * stack.batch * _MINUTE / _CALL_SECONDS),
        "minutes after the outage until all that had waited were read": round((course.last_waiting - _ENDS) / 60, 1),
    }
