"""API v2.1 beside v2.0: the same operations, and nothing of one version is good in the other."""

import pytest

from tests.emulator.caller import Caller
from tests.emulator.claims import RESIDENT
from tests.emulator.images import specimen

IMAGE, ID_CARD = specimen("credit-card"), specimen("resident")
OPERATIONS = ["public-keys/id-card", "credit-card", "id-card", "id-card/stand-alone", "id-card/authenticity"]


@pytest.fixture
def new(emulator):
    return Caller(emulator, version="v2.1")


def method(operation: str) -> str:
    return "GET" if operation.startswith("public-keys") else "POST"


def test_the_operations_of_v2_1(new, emulator) -> None:
    assert new.analyze("credit-card", IMAGE)[0].result["cardNums"]
    assert "Request-Key" not in new.analyze("id-card/stand-alone", ID_CARD)[0].headers
    request_key = new.request_key(ID_CARD)
    assert new.verify(request_key, RESIDENT).result == {"isAuthenticity": True}
    assert new.verify(request_key, RESIDENT).code == 4000122
    assert emulator.counters().calls_by_version == {"v2.1": 10}
    assert emulator.counters().paid.total == 3


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_version_takes_its_own_credentials_only(caller, new, operation) -> None:
    def code(one, headers):
        return one.send(method(operation), one.path(operation), headers).code

    assert code(new, caller.authorization) == 4000005
    assert code(caller, new.authorization) == 4000005
    assert code(caller, {"Authorization": f"Bearer {new.token}"}) == 4010001
    for value in ("Bearer unknown", "Bearer", "Bearer \u00fc", new.token, f"Basic {new.token}"):
        assert code(new, {"X-NHN-Authorization": value}) == 4010006
    assert code(new, {"X-NHN-Authorization": " "}) == 4000005


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_account_without_the_role(caller, new, emulator, operation) -> None:
    emulator.withhold_role()
    assert new.send(method(operation), new.path(operation), new.authorization).code == 4010007
    assert new.new_token()
    assert caller.public_key("id-card")  # v2.0 knows no roles
    emulator.withhold_role(False)
    assert new.public_key("id-card")


def test_an_unknown_app_key(new) -> None:
    new.app_key = "wrong"
    assert new.send("GET", new.path("public-keys/id-card"), new.authorization).code == 4010001


@pytest.mark.parametrize("service", ["credit-card", "id-card"])
def test_a_key_version_is_unknown_to_the_other_version(caller, new, emulator, service) -> None:
    operation, image = (service, IMAGE if service == "credit-card" else ID_CARD)
    for _ in range(2):
        sealed = {one.version: one.sealed_image(operation, image) for one in (caller, new)}
        for one, other in ((caller, new), (new, caller)):
            assert one.post(operation, sealed[one.version]).code == 0
            mixed = sealed[other.version]
            mixed.headers |= one.authorization
            assert one.post(operation, mixed).code == 4000301
        emulator.rotate(service)


def test_a_request_key_is_unknown_to_the_other_version(caller, new) -> None:
    for one, other in ((caller, new), (new, caller)):
        request_key = one.request_key(ID_CARD)
        assert other.verify(request_key, RESIDENT).code == 4000122
        assert one.verify(request_key, RESIDENT).result == {"isAuthenticity": True}
