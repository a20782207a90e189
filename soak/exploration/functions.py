"""The functions as programs: the code under test, assembled as the handlers assemble it."""

from __future__ import annotations

import hashlib
import io
import math
import uuid
from collections.abc import Callable
from concurrent.futures import Executor, Future
from types import SimpleNamespace
from typing import Any, cast

from sealed_ocr.analysis.analyzer import Analyzer
from sealed_ocr.analysis.batch import Batch
from sealed_ocr.analysis.deadline import InvocationDeadline
from sealed_ocr.analysis.delivery import Delivery
from sealed_ocr.analysis.encoding import PlainEncoder
from sealed_ocr.analysis.recognition import Recognizer
from sealed_ocr.aws.call_budget import CallBudget
from sealed_ocr.aws.circuit_breaker import CircuitBreaker
from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.false_claims import FalseClaimsTable
from sealed_ocr.aws.ledger import Ledger
from sealed_ocr.aws.queues import MAX_MESSAGE_BYTES, Queues
from sealed_ocr.aws.request_keys import RequestKeys, key_expires_at
from sealed_ocr.aws.table import Table
from sealed_ocr.ocr.client import Analysis, OcrClient
from sealed_ocr.ocr.errors import CardLocked, EngineFailed, OutcomeUnknown, Rejected, RequestKeyInvalid, Transient
from sealed_ocr.ocr.result_codes import TOO_LARGE
from sealed_ocr.runtime.event_log import EventLog
from sealed_ocr.runtime.metrics import MetricsBuffer
from sealed_ocr.runtime.observability import Observability
from sealed_ocr.verification.claim_request import ClaimRequest
from sealed_ocr.verification.lock_guard import LockGuard
from sealed_ocr.verification.problems import Problem
from sealed_ocr.verification.verifier import Verifier

from soak.exploration.queues import DEAD_LETTERS, RESULTS, UPLOADS, Sqs
from soak.exploration.replay import Script
from soak.exploration.tables import DOCUMENTS, NOW, REQUEST_KEYS, DynamoDb, clock

LEASE_SECONDS = 150
MAX_UNKNOWN_ATTEMPTS = 2
BUCKET, KEY = "images", "credit-card/card.png"
IMAGE = b"\x89PNG\r\n\x1a\n" + bytes(8)
CLAIM = {"idType": "resident", "name": "name", "residentNumber": "number"}
CARD = "0" * 32
_LOG = EventLog("exploration", level="CRITICAL")


class S3:
    """S3's client. The image is always there."""

    meta = SimpleNamespace(region_name="ap-northeast-2")

    def get_object(self, **_: Any) -> dict[str, Any]:
        return {"ContentLength": len(IMAGE), "ETag": '"tag"', "Body": io.BytesIO(IMAGE)}

    def head_object(self, **_: Any) -> dict[str, Any]:
        return {"ContentLength": len(IMAGE), "VersionId": "version", "ETag": '"tag"'}


class _Inline(Executor):
    """Runs a task when it is submitted."""

    def submit(self, task: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(task(*given, **named))
        return future


class Ocr:
    """The OCR service: each call ends as the explorer decides."""

    def __init__(self, script: Script) -> None:
        self._script = script

    def analyze(self, *_: Any, **__: Any) -> Analysis:
        match self._script.ask("analyze", "OCR service"):
            case "read":
                return Analysis({}, None, NOW)
            case "read, too large for a message":
                return Analysis({"text": "." * MAX_MESSAGE_BYTES}, None, NOW)
            case "rejected":
                raise Rejected("the image was rejected", TOO_LARGE)
            case "the engine failed":
                raise EngineFailed("the engine failed", 5003013)
            case "no answer":
                raise OutcomeUnknown("no answer came")
            case _:
                raise Transient("the service is busy")

    def verify(self, request_key: str, *_: Any) -> bool:
        match self._script.ask("verify", request_key):
            case "judged" | "judged true":
                return True
            case "judged false":
                return False
            case "invalid":
                raise RequestKeyInvalid("the Request-Key is invalid", 4000122)
            case "locked":
                raise CardLocked("the card is locked", 4000123)
            case "no answer":
                raise OutcomeUnknown("no answer came")
            case _:
                raise Transient("the service is busy")


def analyze(
    script: Script, body: str, attributes: tuple[tuple[str, str], ...], ledger_type: type[Ledger] = Ledger
) -> bool:
    """Run the analyze function with one delivery. Return whether the delivery must be retried."""
    dynamodb, sqs = cast("Any", DynamoDb(script)), cast("Any", Sqs(script))
    observability = Observability(_LOG, MetricsBuffer())
    documents = Table(dynamodb, DOCUMENTS)
    ledger = ledger_type(documents, LEASE_SECONDS, MAX_UNKNOWN_ATTEMPTS, clock)
    breaker = CircuitBreaker(documents, clock)
    # Without a ceiling: a call that it holds back is not made, as if the service were busy.
    budget = CallBudget(documents, documents, (), 1, clock)
    queues = Queues(sqs, UPLOADS, DEAD_LETTERS, RESULTS, sleep=lambda _: None)
    s3 = cast("Any", S3())
    recognizer = Recognizer(
        s3,
        cast("OcrClient", Ocr(script)),
        RequestKeys(Table(dynamodb, REQUEST_KEYS), LEASE_SECONDS, clock),
        breaker,
        budget,
        observability,
        len(IMAGE),
        {},
    )
    encoder = PlainEncoder()
    analyzer = Analyzer(ledger, recognizer, queues, breaker, encoder, observability, clock)
    batch = Batch(analyzer, ledger, queues, breaker, budget, s3, encoder, observability, _Inline(), clock)
    record = {
        "messageId": "message",
        "receiptHandle": "handle",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {name: {"stringValue": text} for name, text in attributes},
    }
    return bool(batch.run([Delivery.from_record(record)], InvocationDeadline(float("inf"), 0)))


def offer(script: Script, request_key: str, keys_type: type[RequestKeys] = RequestKeys) -> str:
    """Offer a verification, as the analyze function does after it has read a card. Return how that ended."""
    try:
        kept = _request_keys(script, keys_type).offer(CARD, request_key, CLAIM["idType"], key_expires_at(NOW))
    except AwsError:
        return "failed"
    return "kept" if kept else "refused"


def verify(script: Script, idempotency_key: str, keys_type: type[RequestKeys] = RequestKeys) -> str:
    """Run the verify function's use case for one claim. Return "verdict", or the type of the problem."""
    observability = Observability(_LOG, MetricsBuffer())
    keys, ocr = _request_keys(script, keys_type), cast("OcrClient", Ocr(script))
    return _verdict(Verifier(keys, ocr, _mac, observability, None), CARD, idempotency_key)


def guarded_verify(
    script: Script,
    card: str,
    counts_type: type[FalseClaimsTable] = FalseClaimsTable,
    guard_type: type[LockGuard] = LockGuard,
) -> str:
    """Run the verify function's use case with a lock guard that lets one false claim through.

    Returns
    -------
    str
        "verdict", or the type of the problem.
    """
    observability = Observability(_LOG, MetricsBuffer())
    table = Table(cast("Any", DynamoDb(script)), REQUEST_KEYS)
    guard = guard_type(counts_type(table, 30, LEASE_SECONDS, clock, most=1), _mac, observability)
    keys, ocr = RequestKeys(table, LEASE_SECONDS, clock), cast("OcrClient", Ocr(script))
    return _verdict(Verifier(keys, ocr, _mac, observability, guard), card, "")


def _verdict(verifier: Verifier, card: str, idempotency_key: str) -> str:
    try:
        verifier.verdict(card, ClaimRequest(CLAIM), idempotency_key, math.inf, uuid.uuid4().hex)
    except Problem as problem:
        return problem.kind
    return "verdict"


def _mac(message: bytes) -> str:
    return hashlib.sha256(message).hexdigest()


def _request_keys(script: Script, keys_type: type[RequestKeys]) -> RequestKeys:
    return keys_type(Table(cast("Any", DynamoDb(script)), REQUEST_KEYS), LEASE_SECONDS, clock)
