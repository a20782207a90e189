"""The token endpoint of API v2.1: what it issues, how it refuses, and when a token ends."""

import base64

import pytest

from emulator.domain.clock import Clock
from emulator.faults import kinds
from emulator.testing import Emulator
from tests.emulator.caller import Caller
from tests.emulator.images import specimen

GRANT = "grant_type=client_credentials"
IMAGE = specimen("credit-card")


@pytest.fixture
def caller(emulator):
    return Caller(emulator, version="v2.1")


def code(caller) -> int:
    return caller.send("GET", caller.path("public-keys/id-card"), caller.authorization).code


def test_an_issued_token(caller) -> None:
    response = caller.token_request("create", GRANT)
    assert response.status == 200
    assert response.tree == {
        "access_token": response.tree["access_token"],
        "token_type": "Bearer",
        "expires_in": 86_400,
    }
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Type"].startswith("application/json")
    caller.token = response.tree["access_token"]
    assert code(caller) == 0


def test_tokens_live_side_by_side(caller) -> None:
    first, second = caller.token, caller.new_token()
    assert first != second
    for caller.token in (first, second):
        assert code(caller) == 0


def test_expires_in_may_be_text(caller, emulator) -> None:
    emulator.change_tokens(lifetime_seconds=90, expires_in_as_text=True)
    assert caller.token_request("create", GRANT).tree["expires_in"] == "90"


def test_a_token_may_be_issued_again_while_a_minute_is_left() -> None:
    with Emulator() as emulator:
        emulator.change_tokens(lifetime_seconds=100, reused=True)
        caller = Caller(emulator, version="v2.1")
        emulator.shift_clock(30)
        again = caller.token_request("create", GRANT).tree
        assert again["access_token"] == caller.token
        assert 65 <= again["expires_in"] <= 70
        emulator.shift_clock(45)
        assert caller.new_token() != caller.token
        assert code(caller) == 0


def test_a_token_ends_with_its_lifetime() -> None:
    now = 1_000_000.0
    with Emulator(clock=Clock(lambda: now)) as emulator:
        caller = Caller(emulator, version="v2.1")
        now += 86_399
        assert code(caller) == 0
        now += 1
        assert code(caller) == 4010006


def test_a_revoked_token(caller) -> None:
    first, caller.token = caller.token, caller.new_token()
    response = caller.token_request("revoke", f"token={first}")
    assert (response.status, response.tree) == (200, {})
    assert code(caller) == 0
    caller.token = first
    assert code(caller) == 4010006
    assert caller.token_request("revoke", f"token={first}").status == 200  # RFC 7009: not an error


def test_all_tokens_end_on_demand_and_with_their_access_key(caller, emulator) -> None:
    emulator.revoke_tokens()
    assert code(caller) == 4010006
    caller.token = caller.new_token()
    assert code(caller) == 0
    emulator.accept_credentials(user_access_key_id="new-id", secret_access_key="new-secret")
    assert code(caller) == 4010006
    assert caller.token_request("create", GRANT).status == 401
    assert caller.token_request("create", GRANT, "new-id:new-secret").status == 200


@pytest.mark.parametrize("operation", ["create", "revoke"])
@pytest.mark.parametrize(
    "authorization", ["", "Basic", "Basic !", "Bearer x", "Basic " + base64.b64encode(b":").decode()]
)
def test_wrong_credentials_are_an_invalid_client(caller, operation, authorization) -> None:
    response = caller.token_request(operation, f"{GRANT}&token=x", Authorization=authorization)
    assert (response.status, response.tree) == (401, {"error": "invalid_client"})
    assert response.headers["WWW-Authenticate"].startswith("Basic")


def test_a_service_without_an_access_key_issues_no_token() -> None:
    with Emulator() as emulator:
        emulator.accept_credentials(user_access_key_id="", secret_access_key="")
        assert Caller(emulator).token_request("create", GRANT, ":").status == 401


def test_refused_credentials_get_no_token(caller, emulator) -> None:
    emulator.refuse_credentials()
    assert caller.token_request("create", GRANT).tree == {"error": "invalid_client"}
    assert code(caller) == 4010001


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ("", "invalid_request"),
        ("grant_type=", "invalid_request"),
        (f"{GRANT}&{GRANT}", "invalid_request"),
        ("grant_type=password", "unsupported_grant_type"),
    ],
)
def test_a_wrong_form(caller, form, error) -> None:
    response = caller.token_request("create", form)
    assert (response.status, response.tree) == (400, {"error": error})


def test_a_form_of_another_type_and_a_revocation_without_a_token(caller) -> None:
    assert caller.token_request("create", GRANT, **{"Content-Type": "application/json"}).status == 400
    assert caller.token_request("revoke", GRANT).tree == {"error": "invalid_request"}


def test_token_requests_are_counted_and_may_have_faults(caller, emulator) -> None:
    emulator.reset_counters()
    emulator.fault(kinds.GatewayRefusal(operation="oauth2/token/create", status=503, result_code=5030001))
    response = caller.token_request("create", GRANT)
    assert (response.status, response.tree["header"]["resultCode"]) == (503, 5030001)
    emulator.fault(kinds.WrongTypes(operation="oauth2/token/create", part="body"))
    assert isinstance(caller.token_request("create", GRANT).tree, list)
    caller.token_request("create", GRANT, "wrong:wrong")
    caller.token_request("create", GRANT)
    counts = emulator.counters()
    assert counts.calls == {"oauth2/token/create": 4}
    assert counts.calls_by_version == {}
    assert counts.answers["oauth2/token/create"] == {
        "503/5030001": 1,
        "fault:wrong-types": 1,
        "invalid_client": 1,
        "0": 1,
    }


def test_counters_and_journal_contain_no_token(caller, emulator) -> None:
    assert caller.analyze("credit-card", IMAGE)[0].code == 0
    shown = str(emulator.counters().raw) + str(emulator.journal())
    for secret in (caller.token, emulator.secret_access_key, emulator.user_access_key_id):
        assert secret not in shown
