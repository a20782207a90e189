"""What threads share, hammered by many of them: the key cache, the credentials, the stores, the buffers, the counts."""

from __future__ import annotations

import contextlib
import io
import os
import time
import uuid
from functools import partial
from typing import TYPE_CHECKING

from sealed_ocr.aws.ledger import Claimed, Ledger
from sealed_ocr.aws.request_keys import RequestKeys, StoredRequestKey
from sealed_ocr.aws.table import Table
from sealed_ocr.common.metric_name import Metric
from sealed_ocr.runtime.metrics import MetricsBuffer

from local.processes.aws_clients import AwsClients
from soak.harness.shared_client import analyses, at_once
from soak.harness.violation import GuaranteeViolation
from tests.support.analyze_parts import metrics

if TYPE_CHECKING:
    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import World

_DOCUMENTS = 3
_TIMES = 1000


def run(world: World, scale: Scale, report: Report) -> None:
    """Run it.

    Raises: GuaranteeViolation.
    """
    # Every thread may talk to AWS at the same time.
    aws = AwsClients(world.aws.url, connections=scale.threads)
    rows = analyses(world, aws, scale.threads) | _stores(world, aws, scale.threads) | _counts(scale.threads)
    report.table("concurrency", rows)


def _stores(world: World, aws: AwsClients, threads: int) -> dict[str, int | float]:
    """Every document and every Request-Key goes to one of all who want it at the same time."""
    ledger = Ledger(Table(aws.dynamodb, world.documents), 60, 2)
    keys = RequestKeys(Table(aws.dynamodb, world.request_keys), 60)
    most = 0
    for _ in range(_DOCUMENTS):
        document_id = uuid.uuid4().hex
        claims = at_once(threads, partial(_claims, ledger, document_id))
        keys.offer(document_id, "a request key", "resident", int(time.time()) + 600)
        held = keys.read(document_id)
        if held is None:
            raise GuaranteeViolation("a Request-Key that was offered is not there")
        begun = at_once(threads, partial(_begins, keys, document_id, held))
        if sum(claims) != 1 or sum(begun) != 1:
            raise GuaranteeViolation(f"{sum(claims)} hold one document, {sum(begun)} one Request-Key")
        most = max(most, sum(claims), sum(begun))
    return {"callers who hold one document or one Request-Key, at most": most}


def _claims(ledger: Ledger, document_id: str, _: int) -> bool:
    return isinstance(ledger.claim(document_id), Claimed)


def _begins(keys: RequestKeys, document_id: str, held: StoredRequestKey, _: int) -> bool:
    return keys.begin(document_id, held, "", "") is not None


def _counts(threads: int) -> dict[str, int | float]:
    """Every count of concurrent threads is in what ``flush`` prints."""
    buffer, printed = MetricsBuffer(), io.StringIO()

    def count(_: int) -> None:
        for _ in range(_TIMES):
            buffer.count(Metric.VERDICT)

    at_once(threads, count)
    with contextlib.redirect_stdout(printed):
        os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "SealedOcr/soak")
        buffer.flush()
    lost = threads * _TIMES - metrics(printed.getvalue())[Metric.VERDICT]
    if lost:
        raise GuaranteeViolation(f"{lost} counts are lost")
    return {"counts lost": lost}
