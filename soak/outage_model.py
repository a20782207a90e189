"""The queue and the function's waits through an outage, as a discrete-event model.

So many instances take batches of what is visible; a receive beyond ``maxReceiveCount`` moves the message to the
dead-letter queue; whatever failed is hidden for as long as the function would have it hidden.
"""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sealed_ocr.schedule import back_off, jittered

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
            down = BEGINS <= now < ENDS
            probing = down and form.unknown and form.free_call and message.hopes == 1
            course.calls[int(now // MINUTE)] += not probing
            ends = max(ends, now + (form.down_seconds if down else CALL_SECONDS))
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
