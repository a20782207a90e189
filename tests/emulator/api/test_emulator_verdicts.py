"""The verdict on a claim, and the consumption of its Request-Key."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest

from emulator.testing import Emulator
from tests.emulator.caller import Caller
from tests.emulator.claims import CLAIMS, DRIVER, FIELDS, PASSPORT, RESIDENT
from tests.emulator.images import specimen

EDITED: dict[str, str | dict[str, str]] = {
    "name": "홍길순",
    "residentNumber": {"resident": "8001011234568", "driver": "9002021"},
    "issueDate": "20150303",
    "driverLicenseNumber": "110912345679",
    "serialNum": "7X8Y9A",
    "passportNumber": "M12345679",
    "birthDate": "19800102",
    "expirationDate": "20300316",
}


def key_for(caller: Caller, claim: dict) -> str:
    return caller.request_key(specimen(claim["idType"]))


def edited(claim: dict, name: str) -> dict:
    value = EDITED[name]
    return claim | {name: value if isinstance(value, str) else value[claim["idType"]]}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim["idType"])
def test_the_expected_claim_is_authentic(caller, claim) -> None:
    response = caller.verify(key_for(caller, claim), claim)
    assert response.result == {"isAuthenticity": True}
    assert "Request-Key" not in response.headers


@pytest.mark.parametrize(("claim", "name"), FIELDS)
def test_a_changed_claim_is_not_authentic(caller, claim, name) -> None:
    assert caller.verify(key_for(caller, claim), edited(claim, name)).result == {"isAuthenticity": False}


@pytest.mark.parametrize("change", [lambda name: unicodedata.normalize("NFD", name), lambda name: f"{name} "])
def test_a_name_in_another_unicode_form_or_with_a_blank_is_another_name(caller, change) -> None:
    claim = RESIDENT | {"name": change(RESIDENT["name"])}
    assert caller.verify(key_for(caller, RESIDENT), claim).result == {"isAuthenticity": False}


def test_the_serial_number_may_be_left_out(caller) -> None:
    claim = {name: value for name, value in DRIVER.items() if name != "serialNum"}
    assert caller.verify(key_for(caller, claim), claim).result == {"isAuthenticity": True}


@pytest.mark.parametrize("first", [RESIDENT, edited(RESIDENT, "name")])
def test_a_normal_response_consumes_the_request_key(caller, first) -> None:
    request_key = key_for(caller, RESIDENT)
    assert caller.verify(request_key, first).code == 0
    assert caller.verify(request_key, RESIDENT).code == 4000122


def test_a_failed_call_does_not_consume_the_request_key(caller, emulator) -> None:
    request_key = key_for(caller, RESIDENT)
    assert caller.verify(request_key, RESIDENT | {"issueDate": "x"}).code == 4000001
    assert caller.verify(request_key, DRIVER).code == 4000122
    emulator.refuse_credentials()
    assert caller.send("POST", caller.path("id-card/authenticity"), {"Authorization": "x"}).code == 4010001
    emulator.refuse_credentials(False)
    assert caller.verify(request_key, RESIDENT).result == {"isAuthenticity": True}


def test_an_unknown_request_key(caller) -> None:
    assert caller.verify("invented", RESIDENT).code == 4000122


def test_a_request_key_of_another_document_gives_a_false_verdict(caller) -> None:
    other = caller.request_key(specimen("resident", name="이영희"))
    assert caller.verify(other, RESIDENT).result == {"isAuthenticity": False}


def test_a_request_key_lasts_an_hour(caller, emulator) -> None:
    early, late = key_for(caller, RESIDENT), key_for(caller, RESIDENT)
    emulator.shift_clock(3590)
    assert caller.verify(early, RESIDENT).code == 0
    emulator.shift_clock(3600)
    assert caller.verify(late, RESIDENT).code == 4000122


def test_five_wrong_issue_dates_lock_the_card(caller, emulator) -> None:
    image = specimen("resident", residentNumber="750505-1111111")
    claim = RESIDENT | {"residentNumber": "7505051111111"}
    for day in range(10, 15):
        response = caller.verify(caller.request_key(image), claim | {"issueDate": f"201001{day}"})
        assert response.result == {"isAuthenticity": False}
    request_key = caller.request_key(image)
    for _ in range(2):  # the refusal does not consume the key
        assert caller.verify(request_key, claim).code == 4000123
    emulator.reset()
    assert caller.verify(request_key, claim).result == {"isAuthenticity": True}
    assert caller.verify(key_for(caller, RESIDENT), RESIDENT).code == 0


def test_concurrent_calls_get_one_verdict(caller, emulator) -> None:
    request_key = key_for(caller, RESIDENT)
    sealed = [caller.sealed_claim(request_key, RESIDENT) for _ in range(20)]
    with ThreadPoolExecutor(10) as threads:
        codes = list(threads.map(lambda each: caller.post("id-card/authenticity", each).code, sealed))
    assert sorted(codes) == [0] + [4000122] * 19
    assert list(emulator.counters().verdicts.values()) == [1]


def test_passports_are_not_verified_by_default() -> None:
    with Emulator() as emulator:
        caller = Caller(emulator)
        response, _ = caller.analyze("id-card", specimen("passport"))
        assert response.code == 0
        assert "Request-Key" not in response.headers
        assert caller.verify("any", PASSPORT).code == 4000001
