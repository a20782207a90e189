"""The example's verification: signed, repeated only where that is safe, and truthful about every answer."""

from __future__ import annotations

import json

import boto3
import pytest
from sealed_ocr.verification.problems import STATUSES, Problem
from verdicts import LATER_SECONDS, THEN, Answer, Later, NotAllowed, Then, Verdicts

from tests.examples.answering import Asked, Given, answering
from tests.examples.signature import signed_headers

DOCUMENT = "0123456789abcdef" * 2
CLAIM = {"idType": "resident", "name": "홍 길동", "residentNumber": "8102034000001", "issueDate": "20150302"}
VERDICT = Given(200, json.dumps({"documentId": DOCUMENT, "isAuthenticity": True}).encode())


def problem(kind: str, retry_after: int | None = None) -> Given:
    found = Problem(kind, "why", retry_after=retry_after, errors=[{"field": "name", "reason": "x"}])
    return Given(found.status, json.dumps(found.body()).encode(), found.headers())


def asked_of(*answers: Given) -> tuple[Answer | Later, list[Asked]]:
    session = boto3.Session("AKID", "the-secret", region_name="ap-northeast-2")
    with answering(*answers) as (url, asked):
        try:
            return Verdicts(session, url, pause_seconds=0).ask(DOCUMENT, CLAIM), asked
        except Later as later:
            return later, asked


def test_every_problem_of_the_contract_has_its_consequence() -> None:
    assert THEN.keys() == STATUSES.keys()


def test_a_claim_is_signed_whole() -> None:
    answer, (asked,) = asked_of(VERDICT)
    assert answer == Answer(authentic=True)
    assert asked.path == f"/documents/{DOCUMENT}/authenticity"
    assert json.loads(asked.body) == CLAIM
    scope = "ap-northeast-2/lambda"
    names = signed_headers("POST", asked.path, asked.headers, asked.body, "the-secret", scope)
    assert names == {"content-type", "host", "idempotency-key", "x-amz-date"}
    with pytest.raises(AssertionError, match="another request"):
        signed_headers("POST", asked.path, asked.headers, asked.body + b" ", "the-secret", scope)


@pytest.mark.parametrize("kind", [kind for kind, then in THEN.items() if then not in (Then.LATER, Then.ONCE_MORE)])
def test_a_refused_claim_is_never_sent_again(kind: str) -> None:
    answer, asked = asked_of(problem(kind), VERDICT)
    assert answer == Answer(problem=kind, fields=("name",))
    assert len(asked) == 1


@pytest.mark.parametrize("kind", [kind for kind, then in THEN.items() if then is Then.LATER])
def test_what_was_not_judged_is_left_for_later(kind: str) -> None:
    for given, seconds in ((problem(kind, retry_after=7), 7), (problem(kind), LATER_SECONDS)):
        later, asked = asked_of(given, VERDICT)
        assert isinstance(later, Later)
        assert (later.seconds, len(asked)) == (seconds, 1)


def test_a_lost_claim_is_sent_once_more_and_the_same() -> None:
    lost = problem("outcome-unknown")
    answer, (first, second) = asked_of(lost, VERDICT)
    assert answer == Answer(authentic=True)
    assert first.body == second.body
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    answer, asked = asked_of(lost, lost, VERDICT)
    assert answer == Answer(problem="outcome-unknown", fields=("name",))
    assert len(asked) == 2


@pytest.mark.parametrize(
    "given",
    [
        Given(0),
        Given(429, b'{"Message":"Rate Exceeded."}'),
        Given(502, b"Internal Server Error"),
        Given(200, b"[]"),
        Given(302, headers={"Location": "/elsewhere"}),
    ],
    ids=lambda given: str(given.status),
)
def test_an_answer_that_is_not_the_function_s_is_no_verdict(given: Given) -> None:
    later, asked = asked_of(given, VERDICT)
    assert isinstance(later, Later)
    assert len(asked) == 1


def test_whoever_is_not_let_in_is_told() -> None:
    with pytest.raises(NotAllowed):
        asked_of(Given(403, b'{"Message":"Forbidden"}'))
