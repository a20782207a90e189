"""The calls to which faults apply, and the effect of faults on the counters."""

import hashlib
import json
import os
import socket
import time

import pytest
import urllib3

from emulator.control.client import ControlError
from emulator.domain.operations import SEALED_OPERATIONS
from emulator.faults import kinds
from tests.emulator.claims import RESIDENT
from tests.emulator.images import specimen
from tests.support.polling import PATIENCE, until

IMAGE = specimen("credit-card")
ID_CARD = specimen("resident")


def analyze(caller):
    return caller.analyze("credit-card", IMAGE)[0]


def call(caller, operation):
    """Call the operation with a valid request, except for an unknown Request-Key."""
    if operation == "public-keys":
        return caller.send("GET", caller.path("public-keys/id-card"), {"Authorization": caller.secret_key})
    if operation == "id-card/authenticity":
        return caller.verify("any", RESIDENT)
    return caller.analyze(operation, IMAGE if operation == "credit-card" else ID_CARD)[0]


@pytest.mark.parametrize("operation", ["public-keys", *SEALED_OPERATIONS])
def test_a_result_code_for_the_next_calls_of_an_operation(caller, emulator, operation) -> None:
    normal = call(caller, operation).code
    emulator.fault(kinds.ResultCode(operation=operation, times=2, result_code=5000503, result_message="later"))
    answers = [call(caller, operation) for _ in range(2)]
    assert [response.code for response in answers] == [5000503, 5000503]
    assert call(caller, operation).code == normal
    assert answers[0].tree["header"]["resultMessage"] == "later"
    assert emulator.counters().answers[operation]["5000503"] == 2


def test_a_fault_does_not_affect_other_operations(caller, emulator) -> None:
    emulator.fault(kinds.ResultCode(operation="id-card", result_code=5000503))
    assert analyze(caller).code == 0
    assert call(caller, "id-card/stand-alone").code == 0
    assert call(caller, "id-card").code == 5000503


def test_a_fault_for_every_operation(caller, emulator) -> None:
    emulator.fault(kinds.ResultCode(result_code=5000503, times=2))
    assert call(caller, "public-keys").code == 5000503
    assert caller.send("POST", caller.path("id-card")).code == 5000503
    assert call(caller, "id-card").code == 0


def test_a_result_code_without_work_is_not_paid(caller, emulator) -> None:
    emulator.fault(kinds.ResultCode(operation="credit-card", result_code=4000006))
    assert analyze(caller).code == 4000006
    assert emulator.counters().paid.total == 0
    assert analyze(caller).code == 0
    assert emulator.counters().paid.total == 1


def test_a_result_code_after_the_work_is_paid(caller, emulator) -> None:
    emulator.fault(kinds.ResultCode(operation="credit-card", result_code=-1, worked=True))
    assert analyze(caller).code == -1
    assert emulator.counters().paid.total == 1


def test_a_fault_for_one_image(caller, emulator) -> None:
    digest = hashlib.sha256(IMAGE).hexdigest()
    emulator.fault(kinds.ResultCode(image=digest, times=None, result_code=5003013))
    assert caller.analyze("credit-card", specimen("credit-card", validThru="12/31"))[0].code == 0
    assert [analyze(caller).code for _ in range(3)] == [5003013] * 3
    assert digest not in emulator.counters().paid.by_image
    emulator.clear_faults()
    assert analyze(caller).code == 0


def test_faults_apply_in_their_order(caller, emulator) -> None:
    for code in (5000001, 5000002):
        emulator.fault(kinds.ResultCode(operation="credit-card", result_code=code))
    assert [analyze(caller).code for _ in range(3)] == [5000001, 5000002, 0]


def test_a_delay_comes_after_the_work(caller, emulator) -> None:
    emulator.fault(kinds.Delay(operation="credit-card", delay=30))
    sealed = caller.sealed_image("credit-card", IMAGE)
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        caller.pool.request(
            "POST", caller.url + caller.path("credit-card"), body=sealed.body, headers=sealed.headers, timeout=1
        )
    until(lambda: emulator.counters().paid.total == 1)


def test_a_delayed_response_is_correct(caller, emulator) -> None:
    emulator.fault(kinds.Delay(operation="credit-card", delay=0.2))
    started = time.monotonic()
    assert analyze(caller).code == 0
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize(("fault", "paid"), [(kinds.ResetBeforeBody, 0), (kinds.ResetAfterBody, 1)])
def test_a_reset(caller, emulator, fault, paid) -> None:
    emulator.fault(fault(operation="credit-card"))
    sealed = caller.sealed_image("credit-card", IMAGE)
    with pytest.raises(urllib3.exceptions.ProtocolError) as caught:
        caller.post("credit-card", sealed)
    assert isinstance(caught.value.args[1], ConnectionResetError)
    counts = emulator.counters()
    assert counts.paid.total == paid
    assert counts.answers["credit-card"] == {f"fault:{fault.__struct_config__.tag}": 1}


def test_a_reset_before_the_body_needs_no_body(caller, emulator) -> None:
    emulator.fault(kinds.ResetBeforeBody(operation="credit-card"))
    with socket.create_connection((caller.host, caller.port), timeout=PATIENCE) as connection:
        head = f"POST {caller.path('credit-card')} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
        connection.sendall(head.encode())
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    assert emulator.counters().incomplete_bodies == 0


def test_a_lost_verdict_consumes_the_request_key(caller, emulator) -> None:
    request_key = caller.request_key(ID_CARD)
    emulator.fault(kinds.ResetAfterBody(operation="id-card/authenticity"))
    with pytest.raises(urllib3.exceptions.ProtocolError):
        caller.verify(request_key, RESIDENT)
    assert caller.verify(request_key, RESIDENT).code == 4000122
    assert sum(emulator.counters().verdicts.values()) == 1


def test_a_result_code_does_not_consume_the_request_key(caller, emulator) -> None:
    request_key = caller.request_key(ID_CARD)
    emulator.fault(kinds.ResultCode(operation="id-card/authenticity", result_code=5000001))
    assert caller.verify(request_key, RESIDENT).code == 5000001
    assert caller.verify(request_key, RESIDENT).result == {"isAuthenticity": True}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"kind": "unknown"}, "Invalid value 'unknown'"),
        ({"kind": "code"}, "resultCode"),
        ({"kind": "delay", "times": 0}, ">= 1"),
        ({"kind": "delay", "opration": "*"}, "opration"),
        ({"kind": "delay", "image": "abc"}, "image"),
        ({"kind": "delay", "image": "0" * 64, "operation": "public-keys"}, "only an analysis"),
        ({"kind": "reset-before-body", "image": "0" * 64}, "not known before"),
        (["delay"], "Expected `object`"),
    ],
)
def test_an_invalid_fault_is_refused(caller, document, message) -> None:
    response = caller.send("POST", "/_emulator/faults", body=json.dumps(document).encode())
    assert response.status == 400
    assert message in response.tree["error"]


def test_the_client_raises_the_error_message(emulator) -> None:
    with pytest.raises(ControlError, match="not known before"):
        emulator.fault(kinds.ResetBeforeBody(image=os.urandom(32).hex()))
