"""Faults on demand, as a client sees them on the wire, and what each leaves in the counters."""

import hashlib
import http.client
import json
import os
import socket
import time

import pytest
import urllib3

from emulator import faults
from emulator.control_client import ControlError
from emulator.operations import OPERATIONS
from tests.emulator.images import specimen
from tests.emulator.test_emulator_verification import RESIDENT

IMAGE = specimen("credit-card")
ID_CARD = specimen("resident")


def analyze(caller):
    return caller.analyze("credit-card", IMAGE)[0]


def call(caller, operation):
    """Any call of the operation that would succeed, except that nobody issued the Request-Key."""
    if operation == "public-keys":
        return caller.send("GET", caller.path("public-keys/id-card"), {"Authorization": caller.secret_key})
    if operation == "id-card/authenticity":
        return caller.verify("any", RESIDENT)
    return caller.analyze(operation, IMAGE if operation == "credit-card" else ID_CARD)[0]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_code_for_the_next_calls_of_an_operation(caller, emulator, operation):
    normal = call(caller, operation).code
    emulator.fault(faults.ResultCode(operation=operation, times=2, result_code=5000503, result_message="later"))
    answers = [call(caller, operation) for _ in range(2)]
    assert [answered.code for answered in answers] == [5000503, 5000503]
    assert call(caller, operation).code == normal
    assert answers[0].tree["header"]["resultMessage"] == "later"
    assert emulator.counters().answers[operation]["5000503"] == 2


def test_a_fault_leaves_the_other_operations_alone(caller, emulator):
    emulator.fault(faults.ResultCode(operation="id-card", result_code=5000503))
    assert analyze(caller).code == 0
    assert call(caller, "id-card/stand-alone").code == 0
    assert call(caller, "id-card").code == 5000503


def test_a_fault_for_every_operation(caller, emulator):
    emulator.fault(faults.ResultCode(result_code=5000503, times=2))
    assert call(caller, "public-keys").code == 5000503
    assert caller.send("POST", caller.path("id-card")).code == 5000503
    assert call(caller, "id-card").code == 0


def test_a_code_is_not_paid_for(caller, emulator):
    emulator.fault(faults.ResultCode(operation="credit-card", result_code=4000006))
    assert analyze(caller).code == 4000006
    assert emulator.counters().paid.total == 0
    assert analyze(caller).code == 0
    assert emulator.counters().paid.total == 1


def test_a_code_after_the_work_is(caller, emulator):
    emulator.fault(faults.ResultCode(operation="credit-card", result_code=-1, worked=True))
    assert analyze(caller).code == -1
    assert emulator.counters().paid.total == 1


def test_a_fault_for_one_image_alone(caller, emulator):
    concerned = hashlib.sha256(IMAGE).hexdigest()
    emulator.fault(faults.ResultCode(image=concerned, times=None, result_code=5003013))
    assert caller.analyze("credit-card", specimen("credit-card", validThru="12/31"))[0].code == 0
    assert [analyze(caller).code for _ in range(3)] == [5003013] * 3
    assert concerned not in emulator.counters().paid.by_image
    emulator.clear_faults()
    assert analyze(caller).code == 0


def test_faults_happen_in_the_order_they_came(caller, emulator):
    for code in (5000001, 5000002):
        emulator.fault(faults.ResultCode(operation="credit-card", result_code=code))
    assert [analyze(caller).code for _ in range(3)] == [5000001, 5000002, 0]


def test_a_delay_comes_after_the_work(caller, emulator):
    emulator.fault(faults.Delay(operation="credit-card", delay=30))
    sealed = caller.sealed_image("credit-card", IMAGE)
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        caller.pool.request(
            "POST", caller.url + caller.path("credit-card"), body=sealed.body, headers=sealed.headers, timeout=0.3
        )
    assert emulator.counters().paid.total == 1


def test_a_delayed_answer_is_the_right_one(caller, emulator):
    emulator.fault(faults.Delay(operation="credit-card", delay=0.2))
    started = time.monotonic()
    assert analyze(caller).code == 0
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize(("fault", "paid"), [(faults.ResetBeforeBody, 0), (faults.ResetAfterBody, 1)])
def test_a_reset(caller, emulator, fault, paid):
    emulator.fault(fault(operation="credit-card"))
    sealed = caller.sealed_image("credit-card", IMAGE)
    with pytest.raises(urllib3.exceptions.ProtocolError) as caught:
        caller.post("credit-card", sealed)
    assert isinstance(caught.value.args[1], ConnectionResetError)
    counts = emulator.counters()
    assert counts.paid.total == paid
    assert counts.answers["credit-card"] == {f"fault:{fault.__struct_config__.tag}": 1}


def test_a_reset_before_the_body_needs_no_body(caller, emulator):
    emulator.fault(faults.ResetBeforeBody(operation="credit-card"))
    with socket.create_connection((caller.host, caller.port), timeout=5) as connection:
        head = f"POST {caller.path('credit-card')} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
        connection.sendall(head.encode())
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    assert emulator.counters().incomplete_bodies == 0


def test_a_lost_verdict_has_spent_the_request_key(caller, emulator):
    request_key = caller.request_key(ID_CARD)
    emulator.fault(faults.ResetAfterBody(operation="id-card/authenticity"))
    with pytest.raises(urllib3.exceptions.ProtocolError):
        caller.verify(request_key, RESIDENT)
    assert caller.verify(request_key, RESIDENT).code == 4000122
    assert sum(emulator.counters().verdicts.values()) == 1


def test_a_code_leaves_the_request_key_usable(caller, emulator):
    request_key = caller.request_key(ID_CARD)
    emulator.fault(faults.ResultCode(operation="id-card/authenticity", result_code=5000001))
    assert caller.verify(request_key, RESIDENT).code == 5000001
    assert caller.verify(request_key, RESIDENT).result == {"isAuthenticity": True}


def test_half_a_body(caller, emulator):
    emulator.fault(faults.HalfBody(operation="credit-card"))
    sealed = caller.sealed_image("credit-card", IMAGE)
    with pytest.raises(urllib3.exceptions.ProtocolError) as caught:
        caller.post("credit-card", sealed)
    incomplete = caught.value.args[1]
    assert isinstance(incomplete, http.client.IncompleteRead)
    assert abs(len(incomplete.partial) - incomplete.expected) <= 1
    assert emulator.counters().paid.total == 1


@pytest.mark.parametrize("status", [502, 401, 403, 413, 404, 503])
@pytest.mark.parametrize("worked", [False, True])
def test_an_http_status_with_a_page(caller, emulator, status, worked):
    emulator.fault(faults.HttpStatus(operation="credit-card", status=status, worked=worked))
    answered = analyze(caller)
    assert answered.status == status
    assert answered.headers["Content-Type"].startswith("text/html")
    assert answered.body.startswith(b"<html>")
    assert emulator.counters().paid.total == worked


def test_a_redirect_to_another_host(caller, emulator):
    emulator.fault(faults.Redirect(operation="credit-card", location="https://other.invalid/x", status=308))
    answered = analyze(caller)
    assert (answered.status, answered.headers["Location"]) == (308, "https://other.invalid/x")


@pytest.mark.parametrize("operation", ["public-keys", "credit-card"])
@pytest.mark.parametrize("fault", [faults.NotJson, faults.TruncatedJson])
def test_a_body_that_is_no_json(caller, emulator, operation, fault):
    sealed = caller.sealed_image("credit-card", IMAGE)
    emulator.fault(fault(operation=operation))
    method, path = ("GET", "public-keys/id-card") if operation == "public-keys" else ("POST", operation)
    response = caller.pool.request(method, caller.url + caller.path(path), headers=sealed.headers, body=sealed.body)
    assert response.status == 200
    assert len(response.data) == int(response.headers["Content-Length"])
    with pytest.raises(json.JSONDecodeError):
        json.loads(response.data)


@pytest.mark.parametrize("part", ["body", "header", "result-code", "result", "values"])
def test_json_of_other_types(caller, emulator, part):
    emulator.fault(faults.WrongTypes(operation="credit-card", part=part))
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
def test_values_that_do_not_decrypt(caller, emulator, flaw):
    emulator.fault(faults.Undecryptable(operation="credit-card", flaw=flaw))
    answered, sealed = caller.analyze("credit-card", IMAGE)
    assert not opens(sealed, answered.result["totalCardNum"], "4111111111111111")
    assert not opens(sealed, answered.result["validThru"]["value"], "04/29")
    assert emulator.counters().paid.total == 1


def test_the_variations(caller, emulator):
    for form in ("total-card-num-list", "unknown-members", "null-values", "empty-values"):
        emulator.fault(faults.Variation(operation="credit-card", form=form))
    listed, listed_sealed = caller.analyze("credit-card", IMAGE)
    assert [listed_sealed.open(value) for value in listed.result["totalCardNum"]] == ["4111111111111111"]
    unknown, unknown_sealed = caller.analyze("credit-card", IMAGE)
    assert unknown.result["futureMember"] == {"nested": [1, 2.5, None, "text"]}
    assert unknown_sealed.open(unknown.result["totalCardNum"]) == "4111111111111111"
    assert analyze(caller).result["totalCardNum"] is None
    assert analyze(caller).result["totalCardNum"] == ""


def test_a_gigantic_answer_is_as_long_as_was_asked(caller, emulator):
    emulator.fault(faults.Endless(operation="credit-card", size=300_000))
    answered = analyze(caller)
    assert len(answered.body) == 300_000
    assert answered.code == 0


def test_an_endless_answer_goes_on_until_the_client_leaves(caller, emulator):
    emulator.fault(faults.Endless(operation="credit-card"))
    sealed = caller.sealed_image("credit-card", IMAGE)
    response = caller.pool.request(
        "POST", caller.url + caller.path("credit-card"), headers=sealed.headers, body=sealed.body, preload_content=False
    )
    for _ in range(10):
        assert len(response.read(1_000_000)) == 1_000_000
    response.close()
    assert analyze(caller).code == 0


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_dripping_answer(caller, emulator, part):
    emulator.fault(faults.Drip(operation="credit-card", part=part, interval=0.0005))
    assert analyze(caller).code == 0
    emulator.fault(faults.Drip(operation="credit-card", part=part, interval=5))
    sealed = caller.sealed_image("credit-card", IMAGE)
    with pytest.raises((urllib3.exceptions.ReadTimeoutError, urllib3.exceptions.ProtocolError)):
        caller.pool.request(
            "POST", caller.url + caller.path("credit-card"), headers=sealed.headers, body=sealed.body, timeout=0.3
        )


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"kind": "earthquake"}, "Invalid value 'earthquake'"),
        ({"kind": "code"}, "resultCode"),
        ({"kind": "delay", "times": 0}, ">= 1"),
        ({"kind": "delay", "opration": "*"}, "opration"),
        ({"kind": "delay", "image": "abc"}, "image"),
        ({"kind": "delay", "image": "0" * 64, "operation": "public-keys"}, "only an analysis"),
        ({"kind": "reset-before-body", "image": "0" * 64}, "not known before"),
        (["delay"], "Expected `object`"),
    ],
)
def test_a_fault_that_makes_no_sense(caller, document, sentence):
    answered = caller.send("POST", "/_emulator/faults", body=json.dumps(document).encode())
    assert answered.status == 400
    assert sentence in answered.tree["error"]


def test_the_client_says_why(emulator):
    with pytest.raises(ControlError, match="not known before"):
        emulator.fault(faults.ResetBeforeBody(image=os.urandom(32).hex()))
