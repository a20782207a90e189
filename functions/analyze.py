"""The analyze function: uploads from SQS in, results to SQS out."""

from __future__ import annotations

import gc

# What a start-up makes stays: looking for garbage among it costs a tenth of the start.
gc.disable()

import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from sealed_ocr.analysis.analyzer import Analyzer
from sealed_ocr.analysis.batch import Batch, Delivery
from sealed_ocr.analysis.deadline import Budget
from sealed_ocr.analysis.recognition import Reading
from sealed_ocr.aws.circuit_breaker import Outages
from sealed_ocr.aws.clients import Clients
from sealed_ocr.aws.ledger import Ledger
from sealed_ocr.aws.queues import Queues
from sealed_ocr.aws.request_keys import RequestKeys
from sealed_ocr.aws.table import Table
from sealed_ocr.runtime.metrics import Tally
from sealed_ocr.runtime.observability import Report
from sealed_ocr.runtime.settings import ANALYZE_RESERVE_SECONDS, AnalyzeSettings
from sealed_ocr.runtime.startup import stay_on_one
from sealed_ocr.runtime.wiring import ocr_client


class Function:
    """The function's parts, put together once and kept while it is warm."""

    def __init__(self, settings: AnalyzeSettings) -> None:
        """Make the clients here, on the main thread: botocore asks for it, and the start-up has the most CPU."""
        clients = Clients(settings.batch_size)
        self._call_seconds = settings.call_seconds
        self._report = Report(Logger(), Tally())
        documents = Table(clients.dynamodb, settings.documents_table)
        ledger = Ledger(documents, settings.lease_seconds, settings.max_unknown_attempts)
        outages = Outages(documents)
        queues = Queues(
            clients.sqs, settings.uploads_queue_url, settings.dead_letters_queue_url, settings.results_queue_url
        )
        reading = Reading(
            clients.s3,
            ocr_client(settings, clients.secretsmanager, settings.batch_size, self._report.tally.count),
            RequestKeys(Table(clients.dynamodb, settings.request_keys_table), settings.lease_seconds),
            outages,
            self._report,
            settings.max_image_bytes,
        )
        self._batch = Batch(
            Analyzer(ledger, reading, queues, outages, self._report),
            ledger,
            queues,
            outages,
            self._report,
            ThreadPoolExecutor(settings.batch_size, thread_name_prefix="document"),
        )

    def handle(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Run a batch and say which of its messages must come again."""
        if not isinstance(event.get("Records"), list):
            raise TypeError("the event has no Records: this function is invoked by the uploads queue alone")
        seconds_left = context.get_remaining_time_in_millis() / 1000 - ANALYZE_RESERVE_SECONDS
        budget = Budget(time.monotonic() + seconds_left, self._call_seconds)
        deliveries = [Delivery.from_record(record) for record in event["Records"]]
        try:
            again = self._batch.run(deliveries, budget)
        finally:
            self._report.tally.publish()
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in again]}


stay_on_one(os.environ)
_FUNCTION = Function(AnalyzeSettings.from_environment(os.environ))
gc.freeze()
gc.enable()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry: an SQS event in, a partial batch response out."""
    return _FUNCTION.handle(event, context)
