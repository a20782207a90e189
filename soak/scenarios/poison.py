"""A poisoned batch: an image that kills its process twice is parked. Each neighbour is analyzed, for one more call.

The process dies by SIGKILL (as when memory runs out) or SIGSEGV, before the poisoned image's call or after it. In half
of the batches the OCR service is busy between the crashes, so that the affected documents are deferred once more.
"""

from __future__ import annotations

import json
import random
import signal
from contextlib import ExitStack
from typing import TYPE_CHECKING

from emulator.faults.kinds import Delay, ResultCode
from soak.checks.reconciliation import Reconciliation
from soak.checks.unrecorded_attempts import UnrecordedAttempts
from soak.harness.event_source import EventSource
from soak.harness.function_instance import FunctionInstance
from soak.harness.violation import GuaranteeViolation
from soak.harness.workload import Upload, upload
from tests.support.documents import NAME, draw
from tests.support.proxy import Proxy

if TYPE_CHECKING:
    from emulator.domain.operations import Operation
    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import SoakTestbed
    from tests.support.calls import Call

_NEIGHBOURS = 9
# Far more than it takes. On a loaded machine AWS may respond too late, and the deliveries are then retried.
_ROUNDS = 25
_WORK: Operation = "credit-card"
# The call at which the poisoned image kills the process.
_POINTS = ("SendMessage", "GetObject")


def run(testbed: SoakTestbed, scale: Scale, report: Report) -> None:
    """Run ``scale.batches`` batches.

    Raises
    ------
    GuaranteeViolation
        If a guarantee does not hold.
    """
    rows = {"batches": 0, "neighbours": 0, "neighbours read": 0, "poisoned images parked": 0, "crashes": 0}
    most = 0
    for number in range(scale.batches):
        crashes, calls = _batch(testbed, number, busy=not number % 2)
        rows["batches"] += 1
        rows["neighbours"] += _NEIGHBOURS
        rows["neighbours read"] += _NEIGHBOURS
        rows["poisoned images parked"] += 1
        rows["crashes"] += crashes
        most = max(most, calls)
    report.table("a poisoned batch", rows | {"most paid calls of one neighbour": most})


def _batch(testbed: SoakTestbed, number: int, *, busy: bool) -> tuple[int, int]:
    """Return the number of crashes, and the largest number of paid calls for a neighbour."""
    poison = f"{_WORK}/{NAME} batch {number} poison.png"
    uploads = [
        _card(testbed, poison),
        *(_card(testbed, f"{_WORK}/{NAME} batch {number} {place}.png") for place in range(_NEIGHBOURS)),
    ]
    random.Random(number).shuffle(uploads)
    testbed.uploads.drain()
    point, signal_number = _POINTS[number // 2 % 2], (signal.SIGKILL, signal.SIGSEGV)[number // 4 % 2]
    reconciliation, crashes = Reconciliation(testbed, uploads, UnrecordedAttempts()), 0
    with ExitStack() as stack:
        proxy = stack.enter_context(Proxy(testbed.aws.url))
        instance = FunctionInstance(
            testbed.configuration("analyze", aws_url=proxy.url), testbed.folder / "poisoned.log"
        )
        stack.callback(instance.close)

        def crash() -> None:
            nonlocal crashes
            crashes += instance.kill(signal_number)

        def concerns(call: Call) -> bool:
            sent = str(call.request.get("MessageBody", "")) if call.resource in testbed.results.url else ""
            # Announcing that the document is parked reads no image.
            return poison in call.resource or (poison in sent and "document.delayed" not in sent)

        proxy.fault(point, "drop-request", where=concerns, first=crash)
        # The neighbours take longer, so that every crash interrupts them.
        for one in uploads:
            if one.key != poison:
                testbed.emulator.fault(Delay(image=one.image, delay=0.5, times=None))
        event_source = EventSource(testbed, [instance], random.Random(number), batch=len(uploads), full_batches=True)
        event_source.send([json.dumps({"Records": [one.record]}) for one in uploads])
        for turn in range(_ROUNDS):
            if turn == 1 and busy:
                testbed.emulator.fault(ResultCode(operation=_WORK, result_code=4000006, times=len(uploads)))
            left = event_source.deliver_visible()
            reconciliation.unrecorded.read([proxy], testbed.ledger())
            event_source.expire_waits()
            if not left:
                break
    reconciliation.check()
    return crashes, _check(reconciliation, poison)


def _check(reconciliation: Reconciliation, poison: str) -> int:
    parked = [one for one in reconciliation.dead_letters if "poison" in one["Body"]]
    analyzed = {event["data"]["document"]["key"] for event in reconciliation.events}
    lost = [one.key for one in reconciliation.uploads if one.key != poison and one.key not in analyzed]
    if lost or len(reconciliation.dead_letters) != 1 or len(parked) != 1:
        raise GuaranteeViolation(
            f"{len(lost)} neighbours were not analyzed; {len(reconciliation.dead_letters)} dead letters, "
            f"{len(parked)} of the poisoned image"
        )
    by_image = reconciliation.testbed.emulator.counters().paid.by_image
    return max(by_image.get(one.image, 0) for one in reconciliation.uploads if one.key != poison)


def _card(testbed: SoakTestbed, key: str) -> Upload:
    drawn = draw("credit-card")
    return upload(testbed, key, drawn.content, drawn.values)
