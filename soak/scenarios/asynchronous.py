"""Asynchronous invocations: Lambda delivers one event three times, also twice at once, and under one request id.

The first delivery loses its answer, fails, or is killed during its call. Leases expire between the deliveries.
"""

from __future__ import annotations

import json
import random
import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

from emulator.control.counters import digest
from emulator.faults.kinds import AnyFault, Delay, ResetAfterBody, ResetBeforeBody, ResultCode
from local.lambda_runtime.sqs_event import sqs_event
from soak.harness.callers import claim_event
from soak.harness.function_instance import FunctionInstance
from soak.harness.violation import GuaranteeViolation
from soak.harness.workload import messages, upload_documents
from soak.scenarios.id_cards import analyze_cards
from tests.support.polling import until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emulator.domain.operations import Operation
    from soak.harness.callers import Card
    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import SoakTestbed

_OPERATION: Operation = "id-card/authenticity"
_DELIVERIES = 3
_KILLED = "killed during its call"
_ENDS: dict[str, AnyFault | None] = {
    "answered": None,
    _KILLED: Delay(operation=_OPERATION, delay=30),
    "answer lost": ResetAfterBody(operation=_OPERATION),
    "request lost": ResetBeforeBody(operation=_OPERATION),
    "refused": ResultCode(operation=_OPERATION, result_code=5000503),
}


def run(testbed: SoakTestbed, scale: Scale, report: Report) -> None:
    """Run the scenario.

    Raises
    ------
    GuaranteeViolation
        If a card has two verdicts, its claim was sent twice, or an image was paid twice.
    """
    rng = random.Random(scale.seed)
    cards = analyze_cards(testbed, max(scale.cards // 4, len(_ENDS)), rng)
    sent: Counter[str] = Counter()
    with ExitStack() as stack:
        instances = [
            FunctionInstance(testbed.configuration("verify"), testbed.folder / f"asynchronous-{place}.log")
            for place in range(2)
        ]
        for instance in instances:
            stack.callback(instance.close)
            instance.invoke(b"{}")
        for place, card in enumerate(cards):
            end = list(_ENDS)[place % len(_ENDS)]
            sent[f"claims sent, first delivery {end}"] += _deliver_claim(testbed, instances, card, end, rng)
    report.table("asynchronous invocations: claims", {"cards": len(cards), "deliveries": _DELIVERIES, **sent})
    report.table("asynchronous invocations: uploads", _deliver_uploads(testbed, rng))


def _deliver_claim(
    testbed: SoakTestbed, instances: Sequence[FunctionInstance], card: Card, end: str, rng: random.Random
) -> int:
    """Deliver one event three times; return how many claims went out."""
    before, request_id = _sent(testbed), str(uuid.uuid4())
    body = json.dumps(card.claim, ensure_ascii=False).encode()
    event = claim_event(card.document_id, body, rng.choice(("", "a-key")))
    if fault := _ENDS[end]:
        testbed.emulator.fault(fault)
    if end == _KILLED:
        delivery = threading.Thread(target=instances[0].invoke, args=(event, request_id))
        delivery.start()
        until(lambda: _sent(testbed) > before or not delivery.is_alive())
        instances[0].kill()
        delivery.join()
    else:
        _deliver_at_once(instances, event, request_id)
    testbed.emulator.clear_faults()
    for _ in range(_DELIVERIES - 1):
        testbed.expire_leases(testbed.request_keys)
        _deliver_at_once(instances, event, request_id)
    sent = _sent(testbed) - before
    verdicts = testbed.emulator.counters().verdicts.get(digest(card.request_key.encode()), 0)
    if sent > 1 or verdicts > 1:
        raise GuaranteeViolation(f"{card.document_id}, {end}: {sent} claims sent, {verdicts} verdicts")
    return sent


def _deliver_at_once(instances: Sequence[FunctionInstance], event: bytes, request_id: str) -> None:
    with ThreadPoolExecutor(len(instances)) as threads:
        list(threads.map(lambda instance: instance.invoke(event, request_id), instances))


def _sent(testbed: SoakTestbed) -> int:
    return testbed.emulator.counters().calls.get(_OPERATION, 0)


def _deliver_uploads(testbed: SoakTestbed, rng: random.Random) -> dict[str, int | float]:
    """Deliver one batch of uploads three times, as if it had been sent to the analyze function directly."""
    uploads = upload_documents(testbed, 4, rng)
    for body in messages(uploads, 0, rng):
        testbed.uploads.send(body, None)
    event = json.dumps(sqs_event(testbed.uploads.receive(len(uploads)), testbed.mapping.queue_arn)).encode()
    instance = FunctionInstance(testbed.configuration("analyze"), testbed.folder / "asynchronous-analyze.log")
    try:
        for _ in range(_DELIVERIES):
            instance.invoke(event, "one-request")
    finally:
        instance.close()
    testbed.uploads.drain()
    paid = testbed.emulator.counters().paid.by_image
    most = max(paid.get(upload.image, 0) for upload in uploads)
    if most > 1:
        raise GuaranteeViolation(f"an image was paid {most} times")
    return {"uploads": len(uploads), "times that an image was paid, at most": most}
