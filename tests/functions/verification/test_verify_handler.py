"""The verify handler returns the documented status and problem type for each Function URL event."""

from __future__ import annotations

import base64
import json
import unicodedata

import pytest
from sealed_ocr.verification.problems import STATUSES

from emulator.faults.kinds import ResetAfterBody
from tests.support.problem_cases import PROBLEM_CASES, WITH_RETRY_AFTER, ProblemCase
from tests.support.proxy import Proxy
from tests.support.verification_world import AUTHENTICITY, World
from tests.support.verify_function import VerifyProcess, event


def test_every_problem_type_has_a_case() -> None:
    assert PROBLEM_CASES.keys() == STATUSES.keys()


@pytest.mark.parametrize(("type_", "status"), STATUSES.items())
def test_a_problem_type_has_its_status(function: VerifyProcess, world: World, type_: str, status: int) -> None:
    card, before = world.card(), function.metrics()
    response = PROBLEM_CASES[type_](ProblemCase(function, world, card))
    assert (response.status, response.type) == (status, type_)
    # Counted by the function itself, because the URL's own metrics miss direct invocations.
    after = function.metrics()
    for metric, each in (("VerdictFailed", 1), ("VerdictFailedShare", 100)):
        assert after.get(metric, 0) - before.get(metric, 0) == each * (status >= 500)
    assert ("retry-after" in response.headers) == (type_ in WITH_RETRY_AFTER)
    assert int(response.headers.get("retry-after", 1)) >= 1
    assert not [value for name, value in card.claim.items() if name != "idType" and value in str(response.body)]
    if type_ == "method-not-allowed":
        assert response.headers["allow"] == "POST"


def test_a_repeated_request_gets_the_same_verdict_without_a_call(function: VerifyProcess, world: World) -> None:
    card = world.card("driver")
    for calls in (1, 0):
        response = function.post(card, headers={"Idempotency-Key": "k-1"})
        assert response.type is None
        assert response.body == {"documentId": card.document_id, "isAuthenticity": True}
        assert response.calls == calls
    edited = function.post(world.card(), issueDate="20150303")
    assert (edited.type, edited.body["isAuthenticity"]) == (None, False)


def test_a_claim_in_another_unicode_form_is_the_same_claim(function: VerifyProcess, world: World) -> None:
    card = world.card()
    decomposed = f" {unicodedata.normalize('NFD', card.claim['name'])} "
    for name, calls in ((decomposed, 1), (card.claim["name"], 0), (decomposed, 0)):
        response = function.post(card, headers={"Idempotency-Key": "k-1"}, name=name)
        # True: the service compares code points, and received the name in the form in which it was read.
        assert (response.type, response.calls) == (None, calls)
        assert response.body["isAuthenticity"] is True


@pytest.mark.parametrize(
    "headers",
    [
        {"Idempotency-Key": "k-1"},
        {"IDEMPOTENCY-KEY": "k-1"},
        {"idempotency-key": "k-1", "content-type": "application/octet-stream"},
    ],
)
def test_the_idempotency_key_header_matches_in_any_case(function: VerifyProcess, world: World, headers: dict) -> None:
    card = world.card()
    assert function.post(card, headers={"Idempotency-Key": "k-1"}).status == 200
    http_event = event(card.document_id, json.dumps(card.claim).encode(), headers)
    # Some gateways and direct invocations pass headers on in this form.
    http_event["headers"] = headers
    again = function.send(http_event)
    assert (again.type, again.calls) == (None, 0)


def test_a_base64_body_is_decoded(function: VerifyProcess, world: World) -> None:
    card = world.card()
    http_event = event(card.document_id, json.dumps(card.claim, ensure_ascii=False).encode(), {"Content-Type": "a/b"})
    assert http_event["isBase64Encoded"]
    assert function.send(http_event).body["isAuthenticity"] is True


@pytest.mark.parametrize(
    ("body", "encoded"),
    [
        (None, False),
        ("", False),
        (None, True),
        ("{", False),
        ("no base64!", True),
        ("abc", True),
        (base64.b64encode(b"\xff\xfe").decode(), True),
        ("\ud800", False),
        ('{"idType": "\\ud800"}', False),
        ("[]", False),
    ],
)
def test_a_body_that_is_no_claim_is_refused_without_a_call(
    function: VerifyProcess, world: World, body: str | None, encoded: bool
) -> None:
    card = world.card()
    http_event = event(card.document_id) | {"body": body, "isBase64Encoded": encoded}
    if body is None:
        del http_event["body"]
    response = function.send(http_event)
    assert (response.status, response.type, response.calls) == (400, "invalid-claim", 0)
    assert world.item(card)["state"] == "available"


def test_a_direct_invocation_needs_only_method_path_and_body(function: VerifyProcess, world: World) -> None:
    card = world.card()
    path = f"/documents/{card.document_id}/authenticity"
    http_event = {
        "rawPath": path,
        "requestContext": {"http": {"method": "POST", "path": path}, "stage": "$default"},
        "body": json.dumps(card.claim),
    }
    assert function.send(http_event).body == {"documentId": card.document_id, "isAuthenticity": True}


@pytest.mark.parametrize(
    "http_event", [{}, {"hello": "world"}, {"requestContext": {}}, {"rawPath": "/", "version": "2.0"}]
)
def test_an_event_that_is_no_http_request_is_an_invalid_request(
    function: VerifyProcess, world: World, http_event: dict
) -> None:
    response = function.send(http_event)
    assert (response.status, response.type) == (400, "invalid-request")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_a_method_other_than_post_is_not_allowed(function: VerifyProcess, world: World, method: str) -> None:
    card = world.card()
    response = function.send(event(card.document_id, json.dumps(card.claim).encode(), method=method))
    assert (response.status, response.type, response.calls) == (405, "method-not-allowed", 0)
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("path", ["/", "/documents", "/documents/", "/documents/x/y/authenticity", "/x", "//"])
@pytest.mark.parametrize("method", ["POST", "GET", "OPTIONS"])
def test_another_path_is_not_found(function: VerifyProcess, world: World, path: str, method: str) -> None:
    response = function.send(event("", path=path, method=method))
    assert (response.status, response.type) == (404, "not-found")
    assert "POST" in response.body["detail"]


@pytest.mark.parametrize("document_id", ["x", "F" * 32, "f" * 31, "f" * 33, "0" * 31 + "%", "홍길동"])
def test_a_malformed_document_id_is_an_unknown_document(
    function: VerifyProcess, world: World, proxy: Proxy, document_id: str
) -> None:
    response = function.send(event(document_id, json.dumps(world.card().claim).encode()))
    assert (response.status, response.type) == (404, "unknown-document")
    assert not proxy.made("GetItem")


@pytest.mark.parametrize("key", ["", " ", "a b", "키", "k" * 256, "a\x7f"])
def test_a_malformed_idempotency_key_is_refused_without_a_call(function: VerifyProcess, world: World, key: str) -> None:
    card = world.card()
    response = function.post(card, headers={"Idempotency-Key": key})
    assert (response.status, response.type, response.calls) == (400, "invalid-request", 0)
    assert world.item(card)["state"] == "available"


def test_the_longest_idempotency_key_is_accepted(function: VerifyProcess, world: World) -> None:
    card = world.card()
    for calls in (1, 0):
        response = function.post(card, headers={"Idempotency-Key": "~" * 255})
        assert (response.status, response.calls) == (200, calls)


def test_the_item_is_read_consistently(function: VerifyProcess, world: World, proxy: Proxy) -> None:
    function.post(world.card())
    assert [call.request["ConsistentRead"] for call in proxy.made("GetItem", world.name)] == [True]


def test_an_internal_error_before_the_call_is_not_possibly_billed(function: VerifyProcess, world: World) -> None:
    before = function.metrics()
    PROBLEM_CASES["internal-error"](ProblemCase(function, world, world.card()))
    after = function.metrics()
    assert after["ContractError"] == before.get("ContractError", 0) + 1
    assert after.get("PossiblyBilled", 0) == before.get("PossiblyBilled", 0)


def test_verdicts_refusals_and_unknown_outcomes_are_counted(function: VerifyProcess, world: World) -> None:
    before = function.metrics()
    card = world.card()
    function.post(card)
    function.post(card)
    world.emulator.fault(ResetAfterBody(operation=AUTHENTICITY))
    function.post(world.card())
    after = function.metrics()
    grown = {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)}
    assert {"Verdict": 1, "VerdictRefused": 2, "PossiblyBilled": 1}.items() <= grown.items()
    assert "LedgerWriteFailed" not in grown
