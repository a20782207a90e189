"""Corrupted responses, as a client receives them."""

import http.client
import json

import pytest
import urllib3

from emulator.faults import kinds
from tests.emulator.images import specimen

IMAGE = specimen("credit-card")
ID_CARD = specimen("resident")


def analyze(caller):
    return caller.analyze("credit-card", IMAGE)[0]


def test_half_a_body(caller, emulator) -> None:
    emulator.fault(kinds.HalfBody(operation="credit-card"))
    sealed = caller.sealed_image("credit-card", IMAGE)
    with pytest.raises(urllib3.exceptions.ProtocolError) as caught:
        caller.post("credit-card", sealed)
    incomplete = caught.value.args[1]
    assert isinstance(incomplete, http.client.IncompleteRead)
    assert incomplete.expected is not None
    assert abs(len(incomplete.partial) - incomplete.expected) <= 1
    assert emulator.counters().paid.total == 1


@pytest.mark.parametrize("status", [502, 401, 403, 413, 404, 503])
@pytest.mark.parametrize("worked", [False, True])
def test_an_http_status_with_a_page(caller, emulator, status, worked) -> None:
    emulator.fault(kinds.HttpStatus(operation="credit-card", status=status, worked=worked))
    response = analyze(caller)
    assert response.status == status
    assert response.headers["Content-Type"].startswith("text/html")
    assert response.body.startswith(b"<html>")
    assert emulator.counters().paid.total == worked


def test_a_redirect_to_another_host(caller, emulator) -> None:
    emulator.fault(kinds.Redirect(operation="credit-card", location="https://other.invalid/x", status=308))
    response = analyze(caller)
    assert (response.status, response.headers["Location"]) == (308, "https://other.invalid/x")


@pytest.mark.parametrize("operation", ["public-keys", "credit-card"])
@pytest.mark.parametrize("fault", [kinds.NotJson, kinds.TruncatedJson])
def test_a_body_that_is_not_json(caller, emulator, operation, fault) -> None:
    sealed = caller.sealed_image("credit-card", IMAGE)
    emulator.fault(fault(operation=operation))
    method, path = ("GET", "public-keys/id-card") if operation == "public-keys" else ("POST", operation)
    response = caller.pool.request(method, caller.url + caller.path(path), headers=sealed.headers, body=sealed.body)
    assert response.status == 200
    assert len(response.data) == int(response.headers["Content-Length"])
    with pytest.raises(json.JSONDecodeError):
        json.loads(response.data)


@pytest.mark.parametrize("part", ["body", "header", "result-code", "result", "values"])
def test_json_with_wrong_types(caller, emulator, part) -> None:
    emulator.fault(kinds.WrongTypes(operation="credit-card", part=part))
    tree = analyze(caller).tree
    wrong = {
        "body": lambda: isinstance(tree, list),
        "header": lambda: isinstance(tree["header"], str),
        "result-code": lambda: isinstance(tree["header"]["resultCode"], str),
        "result": lambda: isinstance(tree["result"], list),
        "values": lambda: tree["result"]["totalCardNum"] == 7,
    }
    assert [name for name, is_wrong in wrong.items() if name == part and is_wrong()] == [part]


def opens(sealed, value: str, text: str) -> bool:
    try:
        return sealed.open(value) == text
    except ValueError:
        return False


@pytest.mark.parametrize("flaw", ["key", "base64", "blocks", "utf-8"])
def test_values_that_do_not_decrypt(caller, emulator, flaw) -> None:
    emulator.fault(kinds.Undecryptable(operation="credit-card", flaw=flaw))
    response, sealed = caller.analyze("credit-card", IMAGE)
    assert not opens(sealed, response.result["totalCardNum"], "4111111111111111")
    assert not opens(sealed, response.result["validThru"]["value"], "04/29")
    assert emulator.counters().paid.total == 1


def test_the_variations(caller, emulator) -> None:
    for form in ("total-card-num-list", "unknown-members", "null-values", "empty-values", "malformed-boxes"):
        emulator.fault(kinds.Variation(operation="credit-card", form=form))
    listed, listed_sealed = caller.analyze("credit-card", IMAGE)
    assert [listed_sealed.open(value) for value in listed.result["totalCardNum"]] == ["4111111111111111"]
    unknown, unknown_sealed = caller.analyze("credit-card", IMAGE)
    assert unknown.result["futureMember"] == {"nested": [1, 2.5, None, "text"]}
    assert unknown_sealed.open(unknown.result["totalCardNum"]) == "4111111111111111"
    assert analyze(caller).result["totalCardNum"] is None
    assert analyze(caller).result["totalCardNum"] == ""
    assert analyze(caller).result["cardNumBoxes"] == 7


def test_an_endless_response_has_the_requested_size(caller, emulator) -> None:
    emulator.fault(kinds.Endless(operation="credit-card", size=300_000))
    response = analyze(caller)
    assert len(response.body) == 300_000
    assert response.code == 0


def test_an_endless_response_continues_until_the_client_disconnects(caller, emulator) -> None:
    emulator.fault(kinds.Endless(operation="credit-card"))
    sealed = caller.sealed_image("credit-card", IMAGE)
    response = caller.pool.request(
        "POST", caller.url + caller.path("credit-card"), headers=sealed.headers, body=sealed.body, preload_content=False
    )
    for _ in range(10):
        assert len(response.read(1_000_000)) == 1_000_000
    response.close()
    assert analyze(caller).code == 0


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_slow_response_is_complete(caller, emulator, part) -> None:
    emulator.fault(kinds.Drip(operation="credit-card", part=part, interval=0.0005))
    assert analyze(caller).code == 0


def begin(caller, sealed) -> urllib3.BaseHTTPResponse:
    url = caller.url + caller.path("credit-card")
    return caller.pool.request("POST", url, headers=sealed.headers, body=sealed.body, timeout=2, preload_content=False)


def test_slow_headers_time_out(caller, emulator) -> None:
    emulator.fault(kinds.Drip(operation="credit-card", part="headers", interval=60))
    sealed = caller.sealed_image("credit-card", IMAGE)
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        begin(caller, sealed)


def test_a_slow_body_has_immediate_headers(caller, emulator) -> None:
    emulator.fault(kinds.Drip(operation="credit-card", part="body", interval=60))
    response = begin(caller, caller.sealed_image("credit-card", IMAGE))
    assert (response.status, int(response.headers["Content-Length"]) > 100) == (200, True)
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        response.read()
