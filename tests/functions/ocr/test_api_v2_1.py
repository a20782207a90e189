"""The client over API v2.1 against the emulator: tokens that end, secrets that change, and the gateway's refusals."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.auth import AccessKey, Authenticator, SecretKeyAuth
from sealed_ocr.ocr.errors import (
    ConfigurationFault,
    LimitExceeded,
    OcrError,
    OutcomeUnknown,
    Rejected,
    RequestKeyInvalid,
    Transient,
)
from sealed_ocr.ocr.tokens import TokenAuth
from sealed_ocr.ocr.transport import Transport

from emulator.domain.operations import Operation
from emulator.faults import kinds
from tests.emulator.claims import RESIDENT
from tests.emulator.images import specimen
from tests.functions.ocr.callers import ACCESS_KEY_ID, APP_KEY, SECRET_ACCESS_KEY, SECRET_KEY, Caller
from tests.support.canary import assert_clean, exception_text
from tests.support.polling import PATIENCE

CARD, ID_CARD = specimen("credit-card"), specimen("resident")
CREATE: Operation = "oauth2/token/create"


def token_auth(
    emulator, key_id: str = ACCESS_KEY_ID, secret: str = SECRET_ACCESS_KEY, clock: Callable[[], float] = time.time
) -> TokenAuth:
    return TokenAuth(AccessKey(APP_KEY, key_id, secret), Transport(emulator.url, 1), clock)


@pytest.fixture
def caller(emulator) -> Caller:
    """The client of one process with an access key."""
    return Caller(emulator.url, token_auth(emulator), connections=8)


def token_requests(emulator) -> int:
    return emulator.counters().calls.get(CREATE, 0)


def test_analysis_and_verification(caller, emulator) -> None:
    assert caller.analyze(CARD).result["totalCardNum"] == "4111111111111111"
    card = caller.analyze(ID_CARD, Kind.ID_CARD)
    assert {pair["key"]: pair["value"] for pair in card.result["keyValues"]}["name"] == "홍길동"
    alone = caller.analyze(ID_CARD, Kind.ID_CARD_STAND_ALONE)
    assert alone.result == card.result
    assert alone.request_key is None
    assert caller.verify(card.request_key, RESIDENT) is True
    with pytest.raises(RequestKeyInvalid):
        caller.verify(card.request_key, RESIDENT)
    counts = emulator.counters()
    assert set(counts.calls_by_version) == {"v2.1"}
    assert counts.public_key_fetches == {"credit-card": 1, "id-card": 1}
    assert counts.calls[CREATE] == 1
    assert counts.paid.total == 3


def test_a_false_claim(caller) -> None:
    request_key = caller.analyze(ID_CARD, Kind.ID_CARD).request_key
    assert caller.verify(request_key, RESIDENT | {"name": "김철수"}) is False


@pytest.mark.parametrize("as_text", [False, True])
def test_a_token_is_renewed_before_it_ends(emulator, as_text) -> None:
    emulator.change_tokens(lifetime_seconds=120, expires_in_as_text=as_text)
    start = now = time.time()
    caller = Caller(emulator.url, token_auth(emulator, clock=lambda: now))
    for ahead in (0, 100, 110):
        now = start + ahead
        emulator.shift_clock(ahead)
        caller.analyze(CARD)
    assert emulator.counters().answers["credit-card"] == {"0": 3}
    assert token_requests(emulator) == 2


def test_a_token_that_the_service_ends_early_is_replaced_once(caller, emulator) -> None:
    caller.analyze(CARD)
    emulator.shift_clock(90_000)  # the client's clock stays behind
    caller.analyze(CARD)
    counts = emulator.counters()
    assert counts.answers["credit-card"] == {"0": 2, "4010006": 1}
    assert (counts.calls[CREATE], counts.paid.total, caller.secret_readings) == (2, 2, 1)


def test_a_token_that_is_handed_out_again_is_used(emulator) -> None:
    emulator.change_tokens(reused=True)
    for _ in range(2):
        Caller(emulator.url, token_auth(emulator)).analyze(CARD)
    assert emulator.counters().answers["credit-card"] == {"0": 2}


def test_64_threads_at_once_request_one_token(emulator) -> None:
    caller, together = Caller(emulator.url, token_auth(emulator), connections=64), Barrier(64)

    def analyze(_: int) -> None:
        together.wait(PATIENCE)
        caller.analyze(CARD)

    with ThreadPoolExecutor(64) as threads:
        list(threads.map(analyze, range(64)))
    counts = emulator.counters()
    assert counts.calls[CREATE] == 1
    assert counts.public_key_fetches == {"credit-card": 1}
    assert counts.paid.total == 64


def test_a_revocation_in_the_middle_of_a_batch_costs_one_token_and_no_document_twice(caller, emulator) -> None:
    images = [specimen("credit-card", cardNum=f"411111111111{number:04}") for number in range(8)]
    caller.analyze(CARD)
    emulator.reset_counters()
    half = Barrier(8, action=emulator.revoke_tokens)

    def analyze(image: bytes) -> str:
        half.wait(PATIENCE)
        return str(caller.analyze(image).result["totalCardNum"])

    with ThreadPoolExecutor(8) as threads:
        read = list(threads.map(analyze, images))
    assert read == [f"411111111111{number:04}" for number in range(8)]
    counts = emulator.counters()
    assert counts.calls[CREATE] == 1
    assert (counts.paid.total, counts.paid.max_per_image) == (8, 1)
    assert counts.answers["credit-card"].keys() == {"0", "4010006"}


def test_a_revocation_before_a_verification_does_not_spend_the_request_key(caller, emulator) -> None:
    request_key = caller.analyze(ID_CARD, Kind.ID_CARD).request_key
    emulator.revoke_tokens()
    assert caller.verify(request_key, RESIDENT) is True
    assert emulator.counters().answers["id-card/authenticity"] == {"4010006": 1, "0": 1}


def test_a_token_that_is_refused_again_is_a_configuration_error(caller, emulator) -> None:
    emulator.change_tokens(lifetime_seconds=60)
    caller.analyze(CARD)
    emulator.reset_counters()
    emulator.fault(kinds.ResultCode(operation="credit-card", result_code=4010006, times=None))
    with pytest.raises(ConfigurationFault):
        caller.analyze(CARD)
    counts = emulator.counters()
    assert (counts.calls["credit-card"], counts.calls[CREATE], counts.paid.total) == (2, 1, 0)


def test_an_access_key_that_is_rotated_in_the_secret(caller, emulator) -> None:
    caller.analyze(CARD)
    emulator.accept_credentials(user_access_key_id="RotatedIdCanary", secret_access_key="RotatedSecretCanary")
    caller.secret = token_auth(emulator, "RotatedIdCanary", "RotatedSecretCanary")
    caller.analyze(CARD)
    counts = emulator.counters()
    assert counts.answers[CREATE] == {"0": 2, "invalid_client": 1}
    assert (caller.secret_readings, counts.paid.total) == (2, 2)
    assert counts.public_key_fetches == {"credit-card": 1}


def test_an_access_key_that_is_not_accepted_is_a_configuration_error(emulator) -> None:
    caller = Caller(emulator.url, token_auth(emulator, secret="WrongSecretCanary"))
    with pytest.raises(ConfigurationFault, match="does not accept the userAccessKeyId") as raised:
        caller.analyze(CARD)
    assert_clean(exception_text(raised.value), [ACCESS_KEY_ID, "WrongSecretCanary", APP_KEY])
    assert emulator.counters().calls == {CREATE: 2}
    assert caller.secret_readings == 2


@pytest.mark.parametrize("upgrade", [True, False])
def test_a_secret_that_changes_to_the_other_version(emulator, upgrade) -> None:
    forms: list[Authenticator] = [SecretKeyAuth(APP_KEY, SECRET_KEY), token_auth(emulator)]
    old, new = forms if upgrade else reversed(forms)
    caller = Caller(emulator.url, old)
    request_key = caller.analyze(ID_CARD, Kind.ID_CARD).request_key
    # Its credentials end, as after the change in the console.
    if upgrade:
        emulator.accept_credentials(secret_key="another")
    else:
        emulator.accept_credentials(user_access_key_id="another")
    caller.secret = new
    second = caller.analyze(ID_CARD, Kind.ID_CARD).request_key
    counts = emulator.counters()
    assert counts.public_key_fetches == {"id-card": 2}
    assert counts.answers["id-card"].get("4000301") is None
    assert counts.paid.total == 2
    with pytest.raises(RequestKeyInvalid, match="other version"):
        caller.verify(request_key, RESIDENT)
    assert "id-card/authenticity" not in emulator.counters().calls
    assert caller.verify(second, RESIDENT) is True


@pytest.mark.parametrize("call", ["analysis", "verification"])
def test_an_account_without_the_role_is_a_configuration_error_that_names_it(caller, emulator, call) -> None:
    request_key = caller.analyze(ID_CARD, Kind.ID_CARD).request_key
    emulator.withhold_role()
    with pytest.raises(ConfigurationFault, match="OCR ADMIN"):
        caller.verify(request_key, RESIDENT) if call == "verification" else caller.analyze(ID_CARD, Kind.ID_CARD)
    assert emulator.counters().paid.total == 1
    emulator.withhold_role(False)
    assert caller.verify(request_key, RESIDENT) is True


# What the facts say of the gateway's answers: (status, code), the error, and whether a repeat with a reloaded secret
# is due.
GATEWAY: list[tuple[int, int, type[OcrError], bool]] = [
    (400, 4000003, ConfigurationFault, False),
    (400, 4000006, ConfigurationFault, False),
    (400, 4000007, ConfigurationFault, False),
    (401, 4031010, ConfigurationFault, True),
    (403, 4031007, ConfigurationFault, False),
    (403, 4031012, ConfigurationFault, False),
    (404, 4041007, ConfigurationFault, False),
    (413, 4131000, Rejected, False),
    (429, 4291000, LimitExceeded, False),
    (429, 4291001, LimitExceeded, False),
    (502, 5020001, OutcomeUnknown, False),
    (502, 5021001, OutcomeUnknown, False),
    (503, 5030001, OutcomeUnknown, False),
    (504, 5040001, OutcomeUnknown, False),
]


def refuse(emulator, operation: Operation, status: int, code: int) -> None:
    emulator.fault(kinds.GatewayRefusal(operation=operation, status=status, result_code=code, times=None))


@pytest.mark.parametrize(("status", "code", "error", "repeated"), GATEWAY)
def test_the_gateway_refuses_an_analysis(caller, emulator, status, code, error, repeated) -> None:
    refuse(emulator, "credit-card", status, code)
    with pytest.raises(error) as raised:
        caller.analyze(CARD)
    assert type(raised.value) is error
    assert emulator.counters().answers["credit-card"] == {f"{status}/{code}": 1 + repeated}
    assert caller.secret_readings == 1 + repeated
    emulator.clear_faults()
    caller.analyze(CARD)
    assert emulator.counters().paid.total == 1


@pytest.mark.parametrize(("status", "code", "error", "repeated"), GATEWAY)
def test_the_gateway_refuses_a_verification(caller, emulator, status, code, error, repeated) -> None:
    request_key = caller.analyze(ID_CARD, Kind.ID_CARD).request_key
    refuse(emulator, "id-card/authenticity", status, code)
    with pytest.raises(error) as raised:
        caller.verify(request_key, RESIDENT)
    assert type(raised.value) is error
    assert emulator.counters().answers["id-card/authenticity"] == {f"{status}/{code}": 1 + repeated}
    emulator.clear_faults()
    assert caller.verify(request_key, RESIDENT) is True


@pytest.mark.parametrize(("status", "code", "error", "repeated"), GATEWAY)
def test_the_gateway_refuses_the_key_request_which_is_free(caller, emulator, status, code, error, repeated) -> None:
    refuse(emulator, "public-keys", status, code)
    expected = Transient if error in (OutcomeUnknown, Rejected) else error
    with pytest.raises(expected) as raised:
        caller.analyze(CARD)
    assert type(raised.value) is expected
    counts = emulator.counters()
    assert counts.calls["public-keys"] == 1 + repeated
    assert "credit-card" not in counts.calls


@pytest.mark.parametrize(("status", "code", "error", "repeated"), GATEWAY)
def test_the_gateway_refuses_the_token_request_which_is_free(caller, emulator, status, code, error, repeated) -> None:
    refuse(emulator, CREATE, status, code)
    expected = Transient if error in (OutcomeUnknown, Rejected) else error
    with pytest.raises(expected) as raised:
        caller.analyze(CARD)
    assert type(raised.value) is expected
    assert "ocrEndpoint" not in raised.value.reason  # the token host has a setting of its own
    assert emulator.counters().calls == {CREATE: 1 + repeated}


@pytest.mark.parametrize("fault", [kinds.ResetAfterBody, kinds.HalfBody, kinds.NotJson, kinds.TruncatedJson])
def test_a_lost_token_is_transient(caller, emulator, fault) -> None:
    emulator.fault(fault(operation=CREATE))
    with pytest.raises(Transient):
        caller.analyze(CARD)
    assert emulator.counters().calls == {CREATE: 1}
    caller.analyze(CARD)
