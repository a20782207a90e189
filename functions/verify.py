"""The verify function: a claim in, a verdict out, behind a Function URL (payload format 2.0)."""

from __future__ import annotations

import gc

# Objects made at start-up stay. Collecting garbage among them costs a tenth of the start.
gc.disable()

import functools
import os
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from sealed_ocr.aws.claim_mac import claim_mac
from sealed_ocr.aws.clients import Clients
from sealed_ocr.aws.request_keys import RequestKeys
from sealed_ocr.aws.table import Table
from sealed_ocr.common.log_event import LogEvent
from sealed_ocr.common.metric_name import Metric
from sealed_ocr.runtime.event_log import EventLog
from sealed_ocr.runtime.metrics import MetricsBuffer
from sealed_ocr.runtime.observability import Observability
from sealed_ocr.runtime.settings import VERIFY_RESERVE_SECONDS, VerifySettings
from sealed_ocr.runtime.wiring import ocr_service
from sealed_ocr.verification.claim_request import read_request
from sealed_ocr.verification.http import HttpRequest, problem_response, verdict_response
from sealed_ocr.verification.problems import Problem
from sealed_ocr.verification.verifier import Verifier

if TYPE_CHECKING:
    from sealed_ocr.aws.claim_seal import ClaimSeal
    from sealed_ocr.verification.lock_guard import LockGuard

# Lambda gives an instance one request at a time.
_CONNECTIONS = 2
# A caller waits for the response, so a call to AWS must fail within VERIFY_RESERVE_SECONDS.
_ATTEMPT_SECONDS = 1.5
_ATTEMPTS = 2


class VerifyHandler:
    """The function's parts, created once and kept while it is warm."""

    def __init__(self, settings: VerifySettings) -> None:
        """Create the clients at start-up, which has the most CPU."""
        clients = Clients(_CONNECTIONS, _ATTEMPT_SECONDS, _ATTEMPTS)
        self._observability = Observability(EventLog(), MetricsBuffer())
        self._request_keys = Table(clients.dynamodb, settings.request_keys_table)
        mac = functools.partial(claim_mac, clients.kms, settings.claim_hmac_key_id)
        self._verifier = Verifier(
            RequestKeys(self._request_keys, settings.lease_seconds),
            ocr_service(settings, clients, _CONNECTIONS, self._observability.record, self._request_keys),
            mac,
            self._observability,
            self._lock_guard(settings, mac),
            _seal(settings, clients),
        )

    def _lock_guard(self, settings: VerifySettings, mac: Callable[[bytes], str]) -> LockGuard | None:
        if not settings.lock_guard_days:
            return None
        from sealed_ocr.aws.false_claims import FalseClaimsTable
        from sealed_ocr.verification.lock_guard import LockGuard

        counts = FalseClaimsTable(self._request_keys, settings.lock_guard_days, settings.lease_seconds)
        return LockGuard(counts, mac, self._observability)

    def handle(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Respond to one request with a verdict, or with a problem, and count the result."""
        self._observability.begin_invocation(context.aws_request_id)
        deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - VERIFY_RESERVE_SECONDS
        try:
            with self._observability.about():
                response = self._respond(event, deadline, context.aws_request_id)
            # The metrics of the Function URL leave out direct invocations.
            failed = response["statusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR
            self._observability.metrics.record_share(Metric.VERDICT_FAILED_SHARE, failed)
            if failed:
                self._observability.metrics.count(Metric.VERDICT_FAILED)
            # The caller is waiting. Without the time for it, the next invocation writes.
            if context.get_remaining_time_in_millis() / 1000 >= VERIFY_RESERVE_SECONDS:
                self._observability.flush_calls(self._request_keys)
            return response
        finally:
            self._observability.metrics.flush()

    def _respond(self, event: dict[str, Any], deadline: float, invocation_id: str) -> dict[str, Any]:
        try:
            request = HttpRequest.from_event(event)
            document_id = request.document_id()
            self._observability.identify(documentId=document_id)
            content = request.content()
            idempotency_key, claim = request.idempotency_key(), read_request(content)
            verdict = self._verifier.verdict(document_id, claim, idempotency_key, deadline, invocation_id)
            return verdict_response(document_id, verdict.is_authentic, verdict.attempts_left)
        except Problem as problem:
            refused = problem
        except Exception as failure:  # noqa: BLE001 - the response says nothing of it
            self._observability.internal_error(failure)
            refused = Problem("internal-error", "the request could not be handled")
        self._observability.record(LogEvent.CLAIM_REFUSED, problem=refused.kind, status=refused.status)
        return problem_response(refused)


def _seal(settings: VerifySettings, clients: Clients) -> ClaimSeal | None:
    if settings.claim_seal_key_id is None:
        return None
    from sealed_ocr.aws.claim_seal import ClaimSeal

    return ClaimSeal(clients.kms, settings.claim_seal_key_id)


_FUNCTION = VerifyHandler(VerifySettings.from_environment(os.environ))
gc.freeze()
gc.enable()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry point: an HTTP event of a Function URL in, an HTTP response out."""
    return _FUNCTION.handle(event, context)
