"""The queue and the function's waits through an outage, as a discrete-event model.

So many instances take batches of what is visible; a receive beyond ``maxReceiveCount`` moves the message to the
dead-letter queue; whatever failed is hidden for as long as the function would have it hidden.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sealed_ocr.analysis.backoff import back_off, jittered
from sealed_ocr.aws.circuit_breaker import PROBE_SECONDS

from soak.outage.shared_state import Service

# Of the outage, in seconds.
BEGINS, ENDS = 3600, 3600 + 5 * 3600
MINUTE = 60
CALL_SECONDS = 1.5


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

    def note_read(self, at: float, receives: int) -> None:
        """Take note that a document was read at its delivery number ``receives``."""
        self.read += 1
        self.last = at
        if receives > 1:
            self.last_waiting = max(self.last_waiting, at)

    def peak(self, begins: float, ends: float) -> int:
        """Return the most calls of one minute between these times."""
        minutes = range(int(begins // MINUTE), int(ends // MINUTE) + 1)
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
    """How a service can be away; ``dead_letters`` is how many documents may be in the dead-letter queue for it.

    ``unknown`` when calls end without an answer, ``free_call`` when those for public keys do too; ``last_upload`` is
    when nobody uploads any more.
    """

    name: str
    down_seconds: float
    unknown: bool = False
    free_call: bool = False
    last_upload: float = math.inf
    dead_letters: int = 0


FORMS = (
    Form("refused at once (a result code, no connection)", 0.1),
    Form("no connection within 5 s", 5),
    Form("a gateway's page for every request", 0.1, unknown=True, free_call=True),
    Form("public keys are issued, analyses hang", 40, unknown=True),
    Form(
        "the same, and nothing is uploaded any more",
        40,
        unknown=True,
        last_upload=BEGINS + 600,
        # One each quarter of an hour finds out whether it is over.
        dead_letters=(ENDS - BEGINS) // PROBE_SECONDS,
    ),
)


def simulate(stack: Stack, arrivals: list[float], form: Form) -> Course:
    """Play an outage through; ``arrivals`` of uploads are in seconds."""
    course, messages = Course(), [_Message() for _ in arrivals]
    visible = [(at, number) for number, at in enumerate(arrivals)]
    heapq.heapify(visible)
    instances, service = [0.0] * stack.instances, Service()
    while visible:
        now = max(heapq.heappop(instances), visible[0][0])
        down, ends, unanswered, read = BEGINS <= now < ENDS, now, 0, course.read
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
            last = message.hopes == 1
            waits = last and not service.may_ask(now)
            unsent = waits or (last and down and form.free_call)
            course.calls[int(now // MINUTE)] += not unsent
            seconds = 0 if waits else form.down_seconds if down else CALL_SECONDS
            ends = max(ends, now + seconds)
            if not down and not waits:
                course.note_read(now, message.receives)
                continue
            lost = form.unknown and not unsent
            unanswered += lost
            message.hopes -= lost
            if not message.hopes:
                course.parked += 1
                continue
            heapq.heappush(visible, (now + seconds + jittered(back_off(message.receives)), number))
        if unanswered or course.read > read:
            service.told(ends, unanswered)
        heapq.heappush(instances, ends)
    return course
