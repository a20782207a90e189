"""An HTTP response is the service's result, its error, or untrusted."""

import json
from typing import Any

import pytest
from sealed_ocr.ocr import responses
from sealed_ocr.ocr.errors import OutcomeUnknown, Rejected, StaleKey, Transient
from sealed_ocr.ocr.transport import Response

from tests.support.canary import assert_clean, exception_text

pytestmark = pytest.mark.unit

RESULT = {"idType": "resident", "keyValues": [], "new": [None, 1.5]}


def response(tree, status=200, complete=True):
    body = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    return Response(status, {"Request-Key": "a-request-key"}, body, complete)


def tree(code=0, successful=None, **members):
    header = {"isSuccessful": code == 0 if successful is None else successful, "resultCode": code, "resultMessage": "M"}
    return {"header": header, "result": RESULT} | members


def test_a_result_is_returned_unchanged() -> None:
    assert responses.result(response(tree())) == RESULT


@pytest.mark.parametrize(("code", "kind"), [(4000111, Rejected), (4000301, StaleKey), (-1, Transient)])
@pytest.mark.parametrize("complete", [True, False])
def test_a_result_code_counts_even_in_an_early_response(code, kind, complete) -> None:
    with pytest.raises(kind) as raised:
        responses.result(response(tree(code), complete=complete))
    assert raised.value.code == code


NO_RESPONSES: list[Any] = [None, 7, [], {}, "x", {"header": None}, {"header": []}, {"header": {}}]
NO_RESULTS: list[Any] = [None, [], "x", 7]
UNTRUSTED: list[tuple[Any, int]] = [
    # What the gateway's statuses prove stands in test_gateway.py.
    *((tree(), status) for status in (100, 201, 204, 301, 400, 401, 404, 500, 502)),
    *((tree(4000111), status) for status in (201, 500)),
    *((content, 200) for content in (b"", b"{", b"\xff", b"<html>", b"[" * 100_000)),
    *((other, 200) for other in NO_RESPONSES),
    *(({"header": {"isSuccessful": True, "resultCode": code}}, 200) for code in ("0", None, 0.5, True)),
    ({"header": {"isSuccessful": "true", "resultCode": 0}, "result": RESULT}, 200),
    # Both members indicate success and must agree.
    (tree(successful=False), 200),
    (tree(4000111, successful=True), 200),
    *((tree(result=other), 200) for other in NO_RESULTS),
    ({"header": tree()["header"]}, 200),
]


@pytest.mark.parametrize(("content", "status"), UNTRUSTED)
def test_any_other_response_to_a_complete_request_is_an_unknown_outcome(content, status) -> None:
    with pytest.raises(OutcomeUnknown) as raised:
        responses.result(response(content, status))
    assert raised.value.code is None
    with pytest.raises(Transient):
        responses.result(response(content, status, complete=False))


@pytest.mark.parametrize("complete", [True, False])
def test_http_status_413_is_a_rejection(complete) -> None:
    with pytest.raises(Rejected) as raised:
        responses.result(response(b"<html>", 413, complete))
    assert raised.value.code == 4131000


def test_an_error_does_not_quote_the_response() -> None:
    found = tree(9999999) | {"result": "800101-1234567"}
    found["header"]["resultMessage"] = "of 홍길동"
    with pytest.raises(Transient) as raised:
        responses.result(response(found))
    assert_clean(exception_text(raised.value) + repr(response(found)), ["800101-1234567", "홍길동", "a-request-key"])
