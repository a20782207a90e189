"""A discrete-event simulation of the queue and the function's waits in an outage.

Instances take batches of visible messages. A receive beyond ``maxReceiveCount`` moves the message to the dead-letter
queue. A failed message is hidden for as long as the function would hide it.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sealed_ocr.analysis.backoff import back_off, jittered
from sealed_ocr.aws.circuit_breaker import PROBE_SECONDS

from soak.outage.breaker_model import BreakerModel

# Start and end of the outage, in seconds.
BEGINS, ENDS = 3600, 3600 + 5 * 3600
MINUTE = 60
CALL_SECONDS = 1.5


@dataclass
class _Message:
    """A message; ``attempts_left`` counts down with each attempt whose outcome is unknown."""

    receives: int = 0
    attempts_left: int = 2


@dataclass
class OutageOutcome:
    """Outcome of an outage.

    Attributes
    ----------
    analyzed
        Number of analyzed documents.
    dead_lettered
        Number of messages that exceeded ``maxReceiveCount``.
    parked
        Number of documents without an attempt left.
    most_receives
        Largest receive count.
    last, last_waiting
        Time of the last analysis, and of the last one that had to wait; seconds from the start.
    calls
        Calls by minute.
    """

    analyzed: int = 0
    dead_lettered: int = 0
    parked: int = 0
    most_receives: int = 0
    last: float = 0
    last_waiting: float = 0
    calls: Counter[int] = field(default_factory=Counter)

    def record_analysis(self, at: float, receives: int) -> None:
        """Record that a document was analyzed at its delivery number ``receives``."""
        self.analyzed += 1
        self.last = at
        if receives > 1:
            self.last_waiting = max(self.last_waiting, at)

    def peak(self, begins: float, ends: float) -> int:
        """Return the largest number of calls per minute between two times."""
        minutes = range(int(begins // MINUTE), int(ends // MINUTE) + 1)
        return max((self.calls[minute] for minute in minutes), default=0)


@dataclass(frozen=True)
class StackLimits:
    """The limits that the template sets."""

    max_receives: int
    batch: int
    instances: int

    @classmethod
    def of(cls, template: dict[str, Any]) -> StackLimits:
        """Read the limits from the template."""
        resources = template["Resources"].values()
        mapping = next(one["Properties"] for one in resources if one["Type"] == "AWS::Lambda::EventSourceMapping")
        (source,) = mapping["EventSourceArn"]["Fn::GetAtt"][:1]
        redrive = template["Resources"][source]["Properties"]["RedrivePolicy"]
        concurrency = mapping["ScalingConfig"]["MaximumConcurrency"]
        return cls(int(redrive["maxReceiveCount"]), int(mapping["BatchSize"]), int(concurrency))


@dataclass(frozen=True)
class OutageType:
    """A way in which the OCR service can fail.

    Attributes
    ----------
    name
        Name in the report.
    down_seconds
        How long a call takes during the outage.
    unknown
        Whether the outcome of an analysis is unknown.
    free_call
        Whether the calls for public keys, which cost nothing, fail as well.
    last_upload
        Time of the last upload.
    dead_letters
        Largest number of documents that may be in the dead-letter queue.
    """

    name: str
    down_seconds: float
    unknown: bool = False
    free_call: bool = False
    last_upload: float = math.inf
    dead_letters: int = 0


OUTAGE_TYPES = (
    OutageType("refused at once (a result code, no connection)", 0.1),
    OutageType("no connection within 5 s", 5),
    OutageType("a gateway's page for every request", 0.1, unknown=True, free_call=True),
    OutageType("public keys are issued, analyses hang", 40, unknown=True),
    OutageType(
        "the same, and nothing is uploaded any more",
        40,
        unknown=True,
        last_upload=BEGINS + 600,
        # One document per quarter of an hour probes the service.
        dead_letters=(ENDS - BEGINS) // PROBE_SECONDS,
    ),
)


def simulate(limits: StackLimits, arrivals: list[float], outage: OutageType) -> OutageOutcome:
    """Simulate an outage. ``arrivals`` are the times of uploads, in seconds."""
    outcome, messages = OutageOutcome(), [_Message() for _ in arrivals]
    visible = [(at, number) for number, at in enumerate(arrivals)]
    heapq.heapify(visible)
    instances, breaker = [0.0] * limits.instances, BreakerModel()
    while visible:
        now = max(heapq.heappop(instances), visible[0][0])
        down, ends, failures, analyzed = BEGINS <= now < ENDS, now, 0, outcome.analyzed
        for _ in range(limits.batch):
            if not visible or visible[0][0] > now:
                break
            _, number = heapq.heappop(visible)
            message = messages[number]
            message.receives += 1
            if message.receives > limits.max_receives:
                outcome.dead_lettered += 1
                continue
            outcome.most_receives = max(outcome.most_receives, message.receives)
            last = message.attempts_left == 1
            waits = last and not breaker.allow_request(now)
            unsent = waits or (last and down and outage.free_call)
            outcome.calls[int(now // MINUTE)] += not unsent
            seconds = 0 if waits else outage.down_seconds if down else CALL_SECONDS
            ends = max(ends, now + seconds)
            if not down and not waits:
                outcome.record_analysis(now, message.receives)
                continue
            lost = outage.unknown and not unsent
            failures += lost
            message.attempts_left -= lost
            if not message.attempts_left:
                outcome.parked += 1
                continue
            heapq.heappush(visible, (now + seconds + jittered(back_off(message.receives)), number))
        if failures or outcome.analyzed > analyzed:
            breaker.record(ends, failures)
        heapq.heappush(instances, ends)
    return outcome
