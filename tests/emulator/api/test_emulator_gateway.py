"""The vendor's API Gateway before the service: real HTTP statuses with the JSON header."""

import pytest

from emulator.faults import kinds
from emulator.testing import Emulator
from tests.emulator.caller import Caller, multipart
from tests.emulator.images import specimen

IMAGE = specimen("credit-card")


@pytest.fixture(scope="module")
def gateway():
    with Emulator(gateway=True, gateway_max_bytes=150_000, max_image_bytes=60_000) as emulator:
        yield emulator


@pytest.fixture(params=["v2.0", "v2.1"])
def caller(gateway, request):
    gateway.reset()
    return Caller(gateway, version=request.param)


def refusal(response) -> tuple[int, int]:
    header = response.tree["header"]
    assert header["isSuccessful"] is False
    assert header["resultMessage"]
    assert list(response.tree) == ["header"]
    return response.status, header["resultCode"]


def test_an_unknown_url(caller) -> None:
    assert refusal(caller.send("POST", caller.path("passport"))) == (404, 4041007)


def test_the_gateways_ceiling_and_the_services(caller, gateway) -> None:
    assert caller.analyze("credit-card", IMAGE)[0].code == 0
    too_large = caller.analyze("credit-card", IMAGE + bytes(70_000))[0]
    assert refusal(too_large) == (200, 4131000)
    sealed = caller.sealed_image("credit-card", IMAGE)
    sealed.body = multipart(bytes(160_000))
    assert refusal(caller.post("credit-card", sealed)) == (413, 4131000)
    assert gateway.counters().answers["credit-card"] == {"0": 1, "4131000": 1, "413/4131000": 1}


def test_without_a_gateway_every_answer_is_http_200(emulator) -> None:
    caller = Caller(emulator)
    assert refusal(caller.send("POST", caller.path("passport"))) == (200, 4041007)
    sealed = caller.sealed_image("credit-card", IMAGE)
    sealed.body = multipart(bytes(2_200_000))
    assert refusal(caller.post("credit-card", sealed)) == (200, 4131000)


def test_what_reaches_the_service_has_http_200(caller) -> None:
    path = caller.path("public-keys/id-card")
    assert refusal(caller.send("GET", path)) == (200, 4000005)
    wrong = dict.fromkeys(caller.authorization, "Bearer wrong")
    assert refusal(caller.send("GET", path, wrong)) == (200, 4010001 if caller.version == "v2.0" else 4010006)


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, 4000003), (401, 4031010), (403, 4031007), (429, 4291000), (502, 5020001), (503, 5030001), (504, 5040001)],
)
def test_refusals_on_demand(caller, gateway, status, code) -> None:
    for operation in ("public-keys", "credit-card"):
        gateway.fault(kinds.GatewayRefusal(operation=operation, status=status, result_code=code))
    assert refusal(caller.send("GET", caller.path("public-keys/credit-card"), caller.authorization)) == (status, code)
    assert refusal(caller.analyze("credit-card", IMAGE)[0]) == (status, code)
    assert gateway.counters().answers["credit-card"] == {f"{status}/{code}": 1}
    assert gateway.counters().paid.total == 0


def test_a_time_out_of_the_gateway_after_the_service_has_worked(caller, gateway) -> None:
    gateway.fault(kinds.GatewayRefusal(operation="credit-card", status=504, result_code=5040001, worked=True))
    assert refusal(caller.analyze("credit-card", IMAGE)[0]) == (504, 5040001)
    assert gateway.counters().paid.total == 1
