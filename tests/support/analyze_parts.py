"""The analyze function's parts, assembled as in ``analyze.AnalyzeHandler`` but with clocks and sleeps of the test."""

from __future__ import annotations

import io
import json
import os
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from sealed_ocr.analysis.analyzer import Analyzer
from sealed_ocr.analysis.batch import Batch
from sealed_ocr.analysis.deadline import InvocationDeadline
from sealed_ocr.analysis.delivery import Delivery
from sealed_ocr.analysis.encoding import MessageEncoder, PlainEncoder
from sealed_ocr.analysis.field_policy import FieldPolicy
from sealed_ocr.analysis.recognition import Recognizer
from sealed_ocr.analysis.withholding import Withholder
from sealed_ocr.aws.call_budget import CallBudget, windows
from sealed_ocr.aws.circuit_breaker import CircuitBreaker
from sealed_ocr.aws.claim_seal import ClaimSeal
from sealed_ocr.aws.clients import ATTEMPTS, Clients
from sealed_ocr.aws.ledger import Ledger
from sealed_ocr.aws.queues import Queues
from sealed_ocr.aws.request_keys import RequestKeys
from sealed_ocr.aws.table import Table
from sealed_ocr.common.kinds import Kind
from sealed_ocr.network.connection import CLOCKS
from sealed_ocr.network.connection import Clock as ClockFunction
from sealed_ocr.runtime.event_log import EventLog
from sealed_ocr.runtime.metrics import MetricsBuffer
from sealed_ocr.runtime.observability import Observability
from sealed_ocr.runtime.settings import OcrSettings
from sealed_ocr.runtime.wiring import ocr_client

from local.processes.aws_clients import CREDENTIALS, REGION
from tests.support.clock import Clock
from tests.support.polling import PATIENCE
from tests.support.stage import MIB, Stage

BATCH = 10
LEASE = 150


@dataclass
class Parts:
    """A warm function. ``clock`` is the ledger's; ``slept`` holds the skipped waits between retried sends."""

    batch: Batch
    ledger: Ledger
    observability: Observability
    log: io.StringIO
    clock: Clock
    stage: Stage
    message_clock: Clock
    slept: list[float]
    threads: ThreadPoolExecutor

    def deliver(
        self, *, seconds: float = 100, call_seconds: float = 40, deadline: InvocationDeadline | None = None
    ) -> list[str]:
        """Run one invocation with the visible messages; return the bodies of those to redeliver."""
        self.observability.begin_invocation(uuid.uuid4().hex)
        event = self.stage.event(at_most=BATCH)
        deadline = deadline or InvocationDeadline(time.monotonic() + seconds, call_seconds)
        failed = self.batch.run([Delivery.from_record(record) for record in event["Records"]], deadline)
        self.stage.acknowledge(event, set(failed))
        return [record["body"] for record in event["Records"] if record["messageId"] in failed]

    def logged(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


def clients_at(url: str, clocks: tuple[ClockFunction, ...] = CLOCKS, attempts: int = ATTEMPTS) -> Clients:
    """Return the function's clients for the AWS at ``url``, created in the environment of a Lambda function.

    Their timeout is longer than in production: three seconds may be too few for the emulated AWS on a busy machine.
    """
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            environment.delenv(name)
        lambdas = {**CREDENTIALS, "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": url}
        for name, value in lambdas.items():
            environment.setenv(name, value)
        clients = Clients(BATCH, PATIENCE, attempts, clocks)
        _ = clients.s3, clients.sqs, clients.dynamodb, clients.dynamodb_unrepeated, clients.secretsmanager
        _ = clients.kms, clients.sealing_kms
    return clients


def assemble(
    clients: Clients,
    stage: Stage,
    ocr_url: str,
    *,
    max_image_bytes: int = 20 * MIB - 1024,
    call_seconds: int = 40,
    per_hour: int = 0,
    review_below: dict[Kind, float] | None = None,
    review_url: str | None = None,
    policy: FieldPolicy | None = None,
    seal: ClaimSeal | None = None,
    encoder: MessageEncoder | None = None,
) -> Parts:
    """Return the parts, which call AWS with ``clients`` and the OCR service at ``ocr_url``."""
    clock, message_clock, log = Clock(), Clock(), io.StringIO()
    slept: list[float] = []
    observability = Observability(EventLog(f"{stage.name}-{uuid.uuid4().hex}", log), MetricsBuffer())
    settings = OcrSettings(ocr_url, stage.secret, ocr_url, call_seconds, stage.request_keys, LEASE - 30)
    ledger = Ledger(Table(clients.dynamodb, stage.documents), settings.lease_seconds, 2, clock)
    documents = Table(clients.dynamodb, stage.documents)
    breaker = CircuitBreaker(documents, clock)
    unrepeated = Table(clients.dynamodb_unrepeated, stage.documents)
    budget = CallBudget(documents, unrepeated, windows(per_hour, 0), BATCH, clock)
    queues = Queues(
        clients.sqs,
        stage.uploads_queue.url,
        stage.dead_letter_queue.url,
        stage.results_queue.url,
        slept.append,
        review_url=review_url,
    )
    recognizer = Recognizer(
        clients.s3,
        ocr_client(settings, clients.secretsmanager, BATCH, observability.record),
        RequestKeys(Table(clients.dynamodb, stage.request_keys), settings.lease_seconds),
        breaker,
        budget,
        observability,
        max_image_bytes,
        review_below or {},
        Withholder(policy, seal, observability.record) if policy else None,
    )
    threads = ThreadPoolExecutor(BATCH)
    encoder = encoder or PlainEncoder()
    analyzer = Analyzer(ledger, recognizer, queues, breaker, encoder, observability, message_clock)
    batch = Batch(analyzer, ledger, queues, breaker, budget, clients.s3, encoder, observability, threads, message_clock)
    return Parts(batch, ledger, observability, log, clock, stage, message_clock, slept, threads)


def metrics(printed: str) -> dict[str, float]:
    """Return the sums of the metrics in EMF lines; durations and shares are counted, not added up."""
    found: dict[str, float] = {}
    for line, kind, metric in emf(printed):
        values = line[metric["Name"]]
        number = sum(values) if metric["Unit"] == "Count" else len(values)
        name = f"{metric['Name']}:{kind}" if kind else metric["Name"]
        found[name] = found.get(name, 0) + number
    return found


def emf(printed: str) -> Iterator[tuple[dict[str, Any], str | None, dict[str, str]]]:
    """Yield each metric of the EMF lines in ``printed``, with its line and its kind."""
    for text in printed.splitlines():
        if '"_aws"' not in text:
            continue
        line = json.loads(text)
        for directive in line["_aws"]["CloudWatchMetrics"]:
            for metric in directive["Metrics"]:
                yield line, line.get("kind"), metric
