"""The verify function: a claim in, a verdict out, behind a Function URL (payload format 2.0)."""

from __future__ import annotations

import gc

# What a start-up makes stays: looking for garbage among it costs a tenth of the start.
gc.disable()

import base64
import functools
import os
import re
import time
from http import HTTPStatus
from typing import Any

import msgspec
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from sealed_ocr.aws.claim_mac import claim_mac
from sealed_ocr.aws.clients import Clients
from sealed_ocr.aws.request_keys import RequestKeys
from sealed_ocr.aws.table import Table
from sealed_ocr.runtime.metrics import Tally
from sealed_ocr.runtime.observability import Report
from sealed_ocr.runtime.settings import VERIFY_RESERVE_SECONDS, VerifySettings
from sealed_ocr.runtime.wiring import ocr_client
from sealed_ocr.verification.claim_validation import read_claim
from sealed_ocr.verification.problems import MEDIA_TYPE, Problem
from sealed_ocr.verification.verifier import Verifier

_ADDRESS = re.compile(r"/documents/([^/]+)/authenticity")
_DOCUMENT_ID = re.compile(r"[0-9a-f]{32}")
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")
# One request at a time is what Lambda gives an instance.
_CONNECTIONS = 2
# Somebody waits for the answer: what AWS does not do must have failed within VERIFY_RESERVE_SECONDS.
_AWS_ANSWER_SECONDS = 1.5
_AWS_ATTEMPTS = 2


class _Http(msgspec.Struct):
    method: str


class _RequestContext(msgspec.Struct):
    http: _Http


class _Request(msgspec.Struct, rename="camel"):
    """What is used of a Function URL's event; a plain invoke need not give more than the address and the body."""

    request_context: _RequestContext
    raw_path: str
    headers: dict[str, str] = {}
    body: str | None = None
    is_base64_encoded: bool = False

    def header(self, name: str) -> str | None:
        """Return the header ``name``, which is lower-case here and may be anything in the event."""
        return next((value for sent, value in self.headers.items() if sent.lower() == name), None)

    def content(self) -> bytes:
        """Return the body; ``ValueError`` when it is neither text nor Base64."""
        body = self.body or ""
        return base64.b64decode(body) if self.is_base64_encoded else body.encode()


class Function:
    """The function's parts, put together once and kept while it is warm."""

    def __init__(self, settings: VerifySettings) -> None:
        """Make the clients while start-up has the most CPU."""
        clients = Clients(_CONNECTIONS, _AWS_ANSWER_SECONDS, _AWS_ATTEMPTS)
        self._report = Report(Logger(), Tally())
        self._verifier = Verifier(
            RequestKeys(Table(clients.dynamodb, settings.request_keys_table), settings.lease_seconds),
            ocr_client(settings, clients.secretsmanager, _CONNECTIONS, self._report.tally.count),
            functools.partial(claim_mac, clients.kms, settings.claim_hmac_key_id),
            self._report,
        )

    def handle(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answer one request: a verdict, or a problem that is counted."""
        deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - VERIFY_RESERVE_SECONDS
        try:
            answer = self._answer(event, deadline)
            # The Function URL counts its own, and not those of whoever invokes the function without it.
            failed = answer["statusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR
            self._report.tally.share("VerdictFailedShare", failed)
            if failed:
                self._report.tally.count("VerdictFailed")
            return answer
        finally:
            self._report.tally.publish()

    def _answer(self, event: dict[str, Any], deadline: float) -> dict[str, Any]:
        try:
            return _response(200, {"Content-Type": "application/json"}, self._verdict(_request(event), deadline))
        except Problem as refused:
            problem = refused
        except Exception as failure:  # noqa: BLE001 - answered without a word of it; what may be out is the verifier's
            self._report.broke(failure)
            problem = Problem("internal-error", "the request could not be handled")
        return self._refusal(problem)

    def _verdict(self, request: _Request, deadline: float) -> dict[str, Any]:
        document_id = _document_id(request)
        try:
            content = request.content()
        except ValueError:
            raise Problem("invalid-claim", "the body is not JSON") from None
        idempotency_key = request.header("idempotency-key")
        if idempotency_key is not None and not _IDEMPOTENCY_KEY.fullmatch(idempotency_key):
            raise Problem("invalid-request", "an Idempotency-Key has 1 to 255 visible ASCII characters")
        claim = read_claim(content)
        return {
            "documentId": document_id,
            "isAuthenticity": self._verifier.verdict(document_id, claim, idempotency_key or "", deadline),
        }

    def _refusal(self, problem: Problem) -> dict[str, Any]:
        self._report.counted("VerdictRefused", problem.kind)
        return _response(problem.status, {"Content-Type": MEDIA_TYPE, **problem.headers()}, problem.body())


def _request(event: dict[str, Any]) -> _Request:
    try:
        return msgspec.convert(event, _Request)
    except msgspec.ValidationError:
        raise Problem("invalid-request", "the event is no HTTP request of a Function URL") from None


def _document_id(request: _Request) -> str:
    address = _ADDRESS.fullmatch(request.raw_path)
    if not address:
        raise Problem("not-found", "there is nothing here; POST a claim to /documents/{documentId}/authenticity")
    if request.request_context.http.method != "POST":
        raise Problem("method-not-allowed", "only POST is allowed here")
    if not _DOCUMENT_ID.fullmatch(address[1]):
        raise Problem("unknown-document", "a documentId has 32 hexadecimal digits")
    return address[1]


def _response(status: int, headers: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": status, "headers": headers, "body": msgspec.json.encode(body).decode()}


_FUNCTION = Function(VerifySettings.from_environment(os.environ))
gc.freeze()
gc.enable()


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Lambda's entry: an HTTP event of a Function URL in, an HTTP answer out."""
    return _FUNCTION.handle(event, context)
