"""The example's verification client: it signs requests, repeats only safe ones, and reports every answer."""

from __future__ import annotations

import json

import boto3
import pytest
from sealed_ocr.verification.problems import STATUSES, Problem
from verification_client import (
    NEXT_STEPS,
    RETRY_SECONDS,
    AccessDenied,
    NextStep,
    RetryLater,
    VerificationClient,
    VerificationResult,
)

from tests.examples.canned_server import CannedResponse, RecordedRequest, canned_server
from tests.examples.signature import signed_headers

DOCUMENT = "0123456789abcdef" * 2
CLAIM = {"idType": "resident", "name": "홍 길동", "residentNumber": "8102034000001", "issueDate": "20150302"}
VERDICT = CannedResponse(200, json.dumps({"documentId": DOCUMENT, "isAuthenticity": True}).encode())


def problem(kind: str, retry_after: int | None = None) -> CannedResponse:
    found = Problem(kind, "why", retry_after=retry_after, errors=[{"field": "name", "reason": "x"}])
    return CannedResponse(found.status, json.dumps(found.body()).encode(), found.headers())


def verify(*responses: CannedResponse) -> tuple[VerificationResult | RetryLater, list[RecordedRequest]]:
    session = boto3.Session("AKID", "the-secret", region_name="ap-northeast-2")
    with canned_server(*responses) as (url, requests):
        try:
            return VerificationClient(session, url, pause_seconds=0).verify(DOCUMENT, CLAIM), requests
        except RetryLater as later:
            return later, requests


def test_every_problem_type_has_a_next_step() -> None:
    assert NEXT_STEPS.keys() == STATUSES.keys()


def test_the_whole_request_is_signed() -> None:
    answer, (request,) = verify(VERDICT)
    assert answer == VerificationResult(authentic=True)
    assert request.path == f"/documents/{DOCUMENT}/authenticity"
    assert json.loads(request.body) == CLAIM
    scope = "ap-northeast-2/lambda"
    names = signed_headers("POST", request.path, request.headers, request.body, "the-secret", scope)
    assert names == {"content-type", "host", "idempotency-key", "x-amz-date"}
    with pytest.raises(AssertionError, match="another request"):
        signed_headers("POST", request.path, request.headers, request.body + b" ", "the-secret", scope)


@pytest.mark.parametrize(
    "kind", [kind for kind, step in NEXT_STEPS.items() if step not in (NextStep.RETRY_LATER, NextStep.RETRY_ONCE)]
)
def test_a_refused_claim_is_never_sent_again(kind: str) -> None:
    answer, requests = verify(problem(kind), VERDICT)
    assert answer == VerificationResult(problem=kind, fields=("name",))
    assert len(requests) == 1


@pytest.mark.parametrize("kind", [kind for kind, step in NEXT_STEPS.items() if step is NextStep.RETRY_LATER])
def test_a_claim_that_was_not_judged_is_retried_later(kind: str) -> None:
    for given, seconds in ((problem(kind, retry_after=7), 7), (problem(kind), RETRY_SECONDS)):
        later, requests = verify(given, VERDICT)
        assert isinstance(later, RetryLater)
        assert (later.seconds, len(requests)) == (seconds, 1)


def test_a_claim_without_an_answer_is_repeated_once_unchanged() -> None:
    lost = problem("outcome-unknown")
    answer, (first, second) = verify(lost, VERDICT)
    assert answer == VerificationResult(authentic=True)
    assert first.body == second.body
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    answer, requests = verify(lost, lost, VERDICT)
    assert answer == VerificationResult(problem="outcome-unknown", fields=("name",))
    assert len(requests) == 2


@pytest.mark.parametrize(
    "given",
    [
        CannedResponse(0),
        CannedResponse(429, b'{"Message":"Rate Exceeded."}'),
        CannedResponse(502, b"Internal Server Error"),
        CannedResponse(200, b"[]"),
        CannedResponse(302, headers={"Location": "/elsewhere"}),
    ],
    ids=lambda given: str(given.status),
)
def test_an_answer_of_something_else_than_the_function_is_no_verdict(given: CannedResponse) -> None:
    later, requests = verify(given, VERDICT)
    assert isinstance(later, RetryLater)
    assert len(requests) == 1


def test_a_refused_caller_gets_access_denied() -> None:
    with pytest.raises(AccessDenied):
        verify(CannedResponse(403, b'{"Message":"Forbidden"}'))
