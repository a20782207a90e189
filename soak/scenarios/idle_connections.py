"""After each pause, something between has forgotten every connection to AWS. No document is deferred by that."""

from __future__ import annotations

import json
import random
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from sealed_ocr.common.setting_name import Setting
from sealed_ocr.network.connection import IDLE_SECONDS

from soak.checks.reconciliation import Reconciliation
from soak.checks.unrecorded_attempts import UnrecordedAttempts
from soak.harness.event_source import EventSource
from soak.harness.function_instance import FunctionInstance
from soak.harness.violation import GuaranteeViolation
from soak.harness.workload import upload
from tests.support.documents import NAME, draw
from tests.support.relay import Relay

if TYPE_CHECKING:
    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import SoakTestbed
    from soak.harness.workload import Upload

_BATCHES = (50, 1, 3, 5, 10, 50)


def run(testbed: SoakTestbed, scale: Scale, report: Report) -> None:
    """Run a batch that opens connections, and after five pauses a batch each.

    Raises
    ------
    GuaranteeViolation
        If a document was deferred.
    """
    uploads: list[Upload] = []
    rows: dict[str, int | float] = {"documents": 0, "deferred": 0, "connections forgotten": 0}
    with ExitStack() as stack:
        relay = stack.enter_context(Relay(testbed.to_aws.url))
        settings: dict[str, Any] = {Setting.BATCH_SIZE: str(max(_BATCHES))}
        configuration = testbed.configuration("analyze", aws_url=relay.url, **settings)
        instance = FunctionInstance(configuration, testbed.folder / "idle.log")
        stack.callback(instance.close)
        event_source = EventSource(
            testbed, [instance], random.Random(scale.seed), batch=max(_BATCHES), full_batches=True
        )
        for turn, number in enumerate(_BATCHES):
            batch = [_card(testbed, f"credit-card/{NAME} {turn} {place}.png") for place in range(number)]
            testbed.uploads.drain()
            uploads += batch
            event_source.send([json.dumps({"Records": [one.record]}) for one in batch])
            rows["documents"] += number
            rows["deferred"] += event_source.deliver_visible()
            if turn < len(_BATCHES) - 1:
                # The pause itself: the function's own clocks must see it.
                time.sleep(IDLE_SECONDS)
                rows["connections forgotten"] += relay.forget()
        rows["calls on a forgotten connection"] = relay.resets
    Reconciliation(testbed, uploads, UnrecordedAttempts()).check()
    if rows["deferred"] or relay.resets or not rows["connections forgotten"]:
        raise GuaranteeViolation(f"{rows['deferred']} documents were deferred, after {relay.resets} resets")
    report.table("pauses in which connections are forgotten", rows)


def _card(testbed: SoakTestbed, key: str) -> Upload:
    drawn = draw("credit-card")
    return upload(testbed, key, drawn.content, drawn.values)
