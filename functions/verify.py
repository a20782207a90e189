"""The verify function: a claim in, a verdict out, behind a Function URL (payload format 2.0)."""

from __future__ import annotations

import functools
import os
import re
import time
from typing import Any

import msgspec
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import LambdaFunctionUrlResolver, Response
from aws_lambda_powertools.event_handler.exceptions import ServiceError
from aws_lambda_powertools.utilities.typing import LambdaContext
from sealed_ocr.assembly import ocr_client
from sealed_ocr.aws.claim_mac import claim_mac
from sealed_ocr.aws.clients import Clients
from sealed_ocr.aws.request_keys import RequestKeys
from sealed_ocr.aws.table import Table
from sealed_ocr.claim_check import read_claim
from sealed_ocr.problems import MEDIA_TYPE, Problem
from sealed_ocr.report import Report
from sealed_ocr.settings import VERIFY_RESERVE_SECONDS, VerifySettings, verify_settings
from sealed_ocr.tally import Tally
from sealed_ocr.verification import Verifier

_DOCUMENT_ID = re.compile(r"[0-9a-f]{32}")
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")
# One request at a time is what Lambda gives an instance.
_CONNECTIONS = 2
# Somebody waits for the answer: what AWS does not do must have failed within VERIFY_RESERVE_SECONDS.
_AWS_ANSWER_SECONDS = 1.5
_AWS_ATTEMPTS = 2

app = LambdaFunctionUrlResolver()


class Function:
    """The function's parts, put together once and kept while it is warm."""

    def __init__(self, settings: VerifySettings) -> None:
        """Make the clients while start-up has the most CPU."""
        clients = Clients(_CONNECTIONS, _AWS_ANSWER_SECONDS, _AWS_ATTEMPTS)
        self.report = Report(Logger(), Tally())
        self._verifier = Verifier(
            RequestKeys(Table(clients.dynamodb, settings.ocr.request_keys_table), settings.ocr.lease_seconds),
            ocr_client(settings.ocr, clients.secretsmanager, _CONNECTIONS, self.report.tally.count),
            functools.partial(claim_mac, clients.kms, settings.claim_hmac_key_id),
            self.report,
        )

    def verdict(
        self, document_id: str, body: bytes, idempotency_key: str | None, seconds_left: float
    ) -> dict[str, Any]:
        """Return the answer's body, or raise the ``Problem`` that stands in its place."""
        deadline = time.monotonic() + seconds_left - VERIFY_RESERVE_SECONDS
        if not _DOCUMENT_ID.fullmatch(document_id):
            raise Problem("unknown-document", "a documentId has 32 hexadecimal digits")
        if idempotency_key is not None and not _IDEMPOTENCY_KEY.fullmatch(idempotency_key):
            raise Problem("invalid-request", "an Idempotency-Key has 1 to 255 visible ASCII characters")
        claim = read_claim(body)
        return {
            "documentId": document_id,
            "isAuthenticity": self._verifier.verdict(document_id, claim, idempotency_key or "", deadline),
        }


class _Http(msgspec.Struct):
    method: str


class _RequestContext(msgspec.Struct):
    http: _Http
    stage: str


class _HttpEvent(msgspec.Struct):
    """What the resolver takes for granted."""

    request_context: _RequestContext = msgspec.field(name="requestContext")
    raw_path: str = msgspec.field(name="rawPath")


_FUNCTION = Function(verify_settings(os.environ))


@app.post("/documents/<document_id>/authenticity")
def authenticity(document_id: str) -> Response[str]:
    """Answer ``POST /documents/{documentId}/authenticity``."""
    event = app.current_event
    try:
        body = (event.decoded_body or "").encode()
    except ValueError:
        raise Problem("invalid-claim", "the body is not JSON") from None
    idempotency_key = event.headers.get("idempotency-key")
    seconds_left = app.lambda_context.get_remaining_time_in_millis() / 1000
    answer = _FUNCTION.verdict(document_id, body, idempotency_key, seconds_left)
    return Response(200, "application/json", msgspec.json.encode(answer).decode())


@app.route("/documents/<document_id>/authenticity", method=["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def other_methods(document_id: str) -> Response[str]:
    """Say that a claim is posted: Powertools by itself would say that there is nothing here."""
    del document_id
    return problem(Problem.of_status(405))


def problem(found: Problem) -> Response[str]:
    """Answer with the problem, and count it."""
    _FUNCTION.report.counted("VerdictRefused", found.kind)
    if found.status >= 500:
        # The Function URL counts its own, and not those of whoever invokes the function without it.
        _FUNCTION.report.tally.count("VerdictFailed")
    return Response(found.status, MEDIA_TYPE, msgspec.json.encode(found.body()).decode(), dict(found.headers()))


def framework(refused: ServiceError) -> Response[str]:
    """Answer what the framework itself refuses, in the same form."""
    return problem(Problem.of_status(refused.status_code))


def fault(failure: Exception) -> Response[str]:
    """Answer a fault of our own without a word of it. Those that come once a claim may be out are the verifier's."""
    _FUNCTION.report.broke(failure)
    return problem(Problem.of_status(500))


app.exception_handler(Problem)(problem)
app.exception_handler(ServiceError)(framework)
app.exception_handler(Exception)(fault)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry: an HTTP event of a Function URL in, an HTTP answer out."""
    try:
        msgspec.convert(event, _HttpEvent)
        return app.resolve(event, context)
    except msgspec.ValidationError:
        refused = problem(Problem("invalid-request", "the event is no HTTP request of a Function URL"))
        return {"statusCode": refused.status_code, "headers": {"Content-Type": MEDIA_TYPE}, "body": refused.body}
    finally:
        _FUNCTION.report.tally.publish()
