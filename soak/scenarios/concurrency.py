"""State that threads share, used by many of them: key cache, credentials, tables, buffers, counts."""

from __future__ import annotations

import contextlib
import io
import os
import time
import uuid
from functools import partial
from typing import TYPE_CHECKING

from sealed_ocr.aws.ledger import Claimed, Ledger
from sealed_ocr.aws.request_keys import RequestKeys
from sealed_ocr.aws.stored_request_key import StoredRequestKey
from sealed_ocr.aws.table import Table
from sealed_ocr.common.metric_name import Metric
from sealed_ocr.runtime.metrics import MetricsBuffer

from local.processes.aws_clients import AwsClients
from soak.harness.shared_client import run_analyses, run_concurrently
from soak.harness.violation import GuaranteeViolation
from tests.support.analyze_parts import metrics

if TYPE_CHECKING:
    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import SoakTestbed

_DOCUMENTS = 3
_TIMES = 1000


def run(testbed: SoakTestbed, scale: Scale, report: Report) -> None:
    """Run the scenario.

    Raises
    ------
    GuaranteeViolation
        If a guarantee does not hold.
    """
    # Every thread may call AWS at the same time.
    aws = AwsClients(testbed.aws.url, connections=scale.threads)
    rows = run_analyses(testbed, aws, scale.threads) | _stores(testbed, aws, scale.threads) | _counts(scale.threads)
    report.table("concurrency", rows)


def _stores(testbed: SoakTestbed, aws: AwsClients, threads: int) -> dict[str, int | float]:
    """Check that one of many concurrent callers gets a document or a Request-Key."""
    ledger = Ledger(Table(aws.dynamodb, testbed.documents), 60, 2)
    keys = RequestKeys(Table(aws.dynamodb, testbed.request_keys), 60)
    most = 0
    for _ in range(_DOCUMENTS):
        document_id = uuid.uuid4().hex
        claims = run_concurrently(threads, partial(_claims, ledger, document_id))
        keys.offer(document_id, "a request key", "resident", int(time.time()) + 600)
        held = keys.read(document_id)
        if held is None:
            raise GuaranteeViolation("a Request-Key that was offered is not there")
        begun = run_concurrently(threads, partial(_begins, keys, document_id, held))
        if sum(claims) != 1 or sum(begun) != 1:
            raise GuaranteeViolation(f"{sum(claims)} hold one document, {sum(begun)} one Request-Key")
        most = max(most, sum(claims), sum(begun))
    return {"callers who hold one document or one Request-Key, at most": most}


def _claims(ledger: Ledger, document_id: str, _: int) -> bool:
    return isinstance(ledger.claim(document_id), Claimed)


def _begins(keys: RequestKeys, document_id: str, held: StoredRequestKey, _: int) -> bool:
    return keys.begin(document_id, held, "", "", "") is not None


def _counts(threads: int) -> dict[str, int | float]:
    """Check that no count of a thread is lost."""
    buffer, printed = MetricsBuffer(), io.StringIO()

    def count(_: int) -> None:
        for _ in range(_TIMES):
            buffer.count(Metric.VERDICT)

    run_concurrently(threads, count)
    with contextlib.redirect_stdout(printed):
        os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "SealedOcr/soak")
        buffer.flush()
    lost = threads * _TIMES - metrics(printed.getvalue())[Metric.VERDICT]
    if lost:
        raise GuaranteeViolation(f"{lost} counts are lost")
    return {"counts lost": lost}
