"""The analyze function: uploads from SQS in, results to SQS out."""

from __future__ import annotations

import gc

# Objects made at start-up stay. Collecting garbage among them costs a tenth of the start.
gc.disable()

import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from sealed_ocr.analysis.analyzer import Analyzer
from sealed_ocr.analysis.batch import Batch
from sealed_ocr.analysis.deadline import InvocationDeadline
from sealed_ocr.analysis.delivery import Delivery
from sealed_ocr.analysis.encoding import message_encoder
from sealed_ocr.analysis.recognition import Recognizer
from sealed_ocr.aws.call_budget import CallBudget, windows
from sealed_ocr.aws.circuit_breaker import CircuitBreaker
from sealed_ocr.aws.clients import Clients
from sealed_ocr.aws.ledger import Ledger
from sealed_ocr.aws.queues import Queues
from sealed_ocr.aws.request_keys import RequestKeys
from sealed_ocr.aws.table import Table
from sealed_ocr.common.review_below import confidences
from sealed_ocr.runtime.event_log import EventLog
from sealed_ocr.runtime.metrics import MetricsBuffer
from sealed_ocr.runtime.observability import Observability
from sealed_ocr.runtime.settings import ANALYZE_RESERVE_SECONDS, AnalyzeSettings
from sealed_ocr.runtime.startup import pin_to_one_cpu
from sealed_ocr.runtime.wiring import ocr_service

if TYPE_CHECKING:
    from sealed_ocr.analysis.withholding import Withholder


class AnalyzeHandler:
    """The function's parts, created once and kept while it is warm."""

    def __init__(self, settings: AnalyzeSettings) -> None:
        """Create the clients on the main thread, as botocore requires, and at start-up, which has the most CPU."""
        clients = Clients(settings.batch_size)
        self._call_seconds = settings.call_seconds
        self._simulated = settings.simulate
        self._observability = Observability(EventLog(), MetricsBuffer())
        self._documents = documents = Table(clients.dynamodb, settings.documents_table)
        self._ledger = ledger = Ledger(documents, settings.lease_seconds, settings.max_unknown_attempts)
        breaker = CircuitBreaker(documents)
        ceilings = windows(settings.max_calls_per_hour, settings.max_calls_per_day)
        # Without a ceiling, the second client is not worth its start.
        unrepeated = Table(clients.dynamodb_unrepeated, settings.documents_table) if ceilings else documents
        budget = CallBudget(documents, unrepeated, ceilings, settings.batch_size)
        queues = Queues(
            clients.sqs,
            settings.uploads_queue_url,
            settings.dead_letters_queue_url,
            settings.results_queue_url,
            review_url=settings.review_queue_url,
        )
        recognizer = Recognizer(
            clients.s3,
            ocr_service(settings, clients, settings.batch_size, self._observability.record, documents),
            RequestKeys(Table(clients.dynamodb, settings.request_keys_table), settings.lease_seconds),
            breaker,
            budget,
            self._observability,
            settings.max_image_bytes,
            confidences(settings.review_below),
            _withholder(settings, clients, self._observability),
        )
        encoder = message_encoder(settings.consumer_public_keys)
        self._batch = Batch(
            Analyzer(ledger, recognizer, queues, breaker, encoder, self._observability),
            ledger,
            queues,
            breaker,
            budget,
            clients.s3,
            encoder,
            self._observability,
            ThreadPoolExecutor(settings.batch_size, thread_name_prefix="document"),
        )

    def handle(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Run a batch and return which of its messages must be retried."""
        self._observability.begin_invocation(context.aws_request_id)
        try:
            return self._handle(event, context)
        except Exception as failure:
            self._observability.internal_error(failure)
            raise
        finally:
            self._observability.metrics.flush()

    def _handle(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        if not isinstance(event.get("Records"), list):
            raise TypeError("the event has no Records: only the uploads queue invokes this function")
        self._ledger.begin_invocation(context.aws_request_id)
        seconds_left = context.get_remaining_time_in_millis() / 1000 - ANALYZE_RESERVE_SECONDS
        deadline = InvocationDeadline(time.monotonic() + seconds_left, self._call_seconds)
        deliveries = [Delivery.from_record(record, simulated=self._simulated) for record in event["Records"]]
        retried = self._batch.run(deliveries, deadline)
        if deadline.allows_aws_calls():
            self._observability.flush_calls(self._documents)
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in retried]}


def _withholder(settings: AnalyzeSettings, clients: Clients, observability: Observability) -> Withholder | None:
    if not settings.omit_fields and not settings.mask_fields:
        return None
    from sealed_ocr.analysis.field_policy import FieldPolicy
    from sealed_ocr.analysis.withholding import Withholder
    from sealed_ocr.aws.claim_seal import ClaimSeal

    key_id = settings.claim_seal_key_id
    seal = ClaimSeal(clients.sealing_kms, key_id) if key_id else None
    return Withholder(FieldPolicy(settings.omit_fields, settings.mask_fields), seal, observability.record)


pin_to_one_cpu(os.environ)
_FUNCTION = AnalyzeHandler(AnalyzeSettings.from_environment(os.environ))
gc.freeze()
gc.enable()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry point: an SQS event in, a partial batch response out."""
    return _FUNCTION.handle(event, context)
